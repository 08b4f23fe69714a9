-- When each target was first asked about. Grain: one target.
-- Segments are deltas: those of `files.first_asked_settled` overlap no other segment in time, so their rows are final as they stand;
-- the others are summed. Rows that cancel out are left out.
CREATE VIEW first_asked AS
SELECT
    first_at,
    target_id,
    targets
FROM files.first_asked_settled
UNION ALL
SELECT
    first_at,
    target_id,
    sum(targets)::BIGINT AS targets
FROM files.first_asked_open
GROUP BY ALL
HAVING sum(targets)::BIGINT <> 0;

COMMENT ON VIEW first_asked IS 'When each target was first asked about by somebody else, whatever was asked. A target of a period was never asked about before if it is here with a time in that period.';
COMMENT ON COLUMN first_asked.first_at IS 'First mention (UTC).';
COMMENT ON COLUMN first_asked.target_id IS 'Pseudonym of the target.';
COMMENT ON COLUMN first_asked.targets IS 'Always 1.';
