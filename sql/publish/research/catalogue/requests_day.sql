-- Requests by day of the mention, those placed to the day or finer. Sum over what you do not need. Grain: one cell.
CREATE VIEW requests_day AS
SELECT
    date_trunc('day', occurred_at) AS "day",
    platform,
    generator,
    request_class,
    is_self,
    outcome,
    count(*) AS requests
FROM files.requests
WHERE "precision" <> 'month'
GROUP BY ALL;

COMMENT ON VIEW requests_day IS 'Requests by day of the mention, those placed to the day or finer. Sum over what you do not need.';
COMMENT ON COLUMN requests_day."day" IS 'Day of the mention (UTC).';
COMMENT ON COLUMN requests_day.platform IS 'Where it happened; other where few accounts and targets share the value.';
COMMENT ON COLUMN requests_day.generator IS 'AI tool; other where rare, merged where the row is coarser.';
COMMENT ON COLUMN requests_day.request_class IS 'What is asked, as declared: sexualising, other_edit, question, other or unknown; merged where the row is coarser. Not yet abuse by itself.';
COMMENT ON COLUMN requests_day.is_self IS 'Whether the account asks about itself. Left out of abuse figures.';
COMMENT ON COLUMN requests_day.outcome IS 'Final answer: fulfilled, partial, refused, error, unknown where none is judged; unanswered while there is none; merged where the row is coarser.';
COMMENT ON COLUMN requests_day.requests IS 'Mentions.';
