-- Dead letters by hour and rule. Grain: hour, type, rule.
-- Segments are deltas: those of `files.dead_letter_counts_settled` overlap no other segment in time, so their rows are final as they stand;
-- the others are summed. Rows that cancel out are left out.
CREATE VIEW dead_letter_counts AS
SELECT
    "hour",
    event_type,
    rule,
    letters
FROM files.dead_letter_counts_settled
UNION ALL
SELECT
    "hour",
    event_type,
    rule,
    sum(letters)::BIGINT AS letters
FROM files.dead_letter_counts_open
GROUP BY ALL
HAVING sum(letters)::BIGINT <> 0;

COMMENT ON VIEW dead_letter_counts IS 'Messages that broke the contract, by hour received and rule; what they held is not published.';
COMMENT ON COLUMN dead_letter_counts."hour" IS 'Start of the hour in which they were received (UTC).';
COMMENT ON COLUMN dead_letter_counts.event_type IS 'mention, generation or moderation, where known.';
COMMENT ON COLUMN dead_letter_counts.rule IS 'Rule of the contract that was broken.';
COMMENT ON COLUMN dead_letter_counts.letters IS 'Dead letters, at least 1.';
