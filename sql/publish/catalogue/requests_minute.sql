-- Requests by minute. Grain: one combination of keys.
-- Segments are deltas: those of `files.requests_minute_settled` overlap no other segment in time, so their rows are final as they stand;
-- the others are summed. Rows that cancel out are left out.
CREATE VIEW requests_minute AS
SELECT
    "minute",
    platform,
    generator,
    request_class,
    is_self,
    outcome,
    requests
FROM files.requests_minute_settled
UNION ALL
SELECT
    "minute",
    platform,
    generator,
    request_class,
    is_self,
    outcome,
    sum(requests)::BIGINT AS requests
FROM files.requests_minute_open
GROUP BY ALL
HAVING sum(requests)::BIGINT <> 0;

COMMENT ON VIEW requests_minute IS 'Requests by minute of the mention, with the final answer known so far. Sum over what you do not need.';
COMMENT ON COLUMN requests_minute."minute" IS 'Start of the minute of the mention (UTC).';
COMMENT ON COLUMN requests_minute.platform IS 'Where the request was made.';
COMMENT ON COLUMN requests_minute.generator IS 'AI tool addressed.';
COMMENT ON COLUMN requests_minute.request_class IS 'What is asked, as declared: sexualising, other_edit, question, other or unknown.';
COMMENT ON COLUMN requests_minute.is_self IS 'Whether the account asks about itself. Left out of abuse figures.';
COMMENT ON COLUMN requests_minute.outcome IS 'Final answer so far: fulfilled, partial, refused, error, unknown or unanswered.';
COMMENT ON COLUMN requests_minute.requests IS 'Mentions, at least 1.';
