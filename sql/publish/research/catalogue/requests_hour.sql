-- Requests by hour of the mention, those placed to the hour. Sum over what you do not need. Grain: one cell.
CREATE VIEW requests_hour AS
SELECT
    occurred_at AS "hour",
    platform,
    generator,
    request_class,
    is_self,
    outcome,
    count(*) AS requests
FROM files.requests
WHERE "precision" = 'hour'
GROUP BY ALL;

COMMENT ON VIEW requests_hour IS 'Requests by hour of the mention, those placed to the hour. Sum over what you do not need.';
COMMENT ON COLUMN requests_hour."hour" IS 'Start of the hour of the mention (UTC).';
COMMENT ON COLUMN requests_hour.platform IS 'Where it happened; other where few accounts and targets share the value.';
COMMENT ON COLUMN requests_hour.generator IS 'AI tool; other where rare, merged where the row is coarser.';
COMMENT ON COLUMN requests_hour.request_class IS 'What is asked, as declared: sexualising, other_edit, question, other or unknown; merged where the row is coarser. Not yet abuse by itself.';
COMMENT ON COLUMN requests_hour.is_self IS 'Whether the account asks about itself. Left out of abuse figures.';
COMMENT ON COLUMN requests_hour.outcome IS 'Final answer: fulfilled, partial, refused, error, unknown where none is judged; unanswered while there is none; merged where the row is coarser.';
COMMENT ON COLUMN requests_hour.requests IS 'Mentions.';
