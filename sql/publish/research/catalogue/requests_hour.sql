-- Requests by hour of the mention, those placed to the hour. Sum over what you do not need. Grain: as the first words say.
CREATE VIEW requests_hour AS
SELECT
    occurred_at AS "hour",
    platform,
    generator,
    request_class,
    is_self,
    outcome,
    "language",
    count(*) AS requests
FROM files.exchanges
WHERE "precision" = 'hour'
GROUP BY ALL;

COMMENT ON VIEW requests_hour IS 'Requests by hour of the mention, those placed to the hour. Sum over what you do not need.';
COMMENT ON COLUMN requests_hour."hour" IS 'Start of the hour of the mention (UTC).';
COMMENT ON COLUMN requests_hour.platform IS 'Where it happened; other where few accounts and targets share the value.';
COMMENT ON COLUMN requests_hour.generator IS 'AI tool addressed; other where rare.';
COMMENT ON COLUMN requests_hour.request_class IS 'What is asked, as declared: sexualising, other_edit, question, other or unknown. Not yet abuse by itself.';
COMMENT ON COLUMN requests_hour.is_self IS 'Whether the account asks about itself. Left out of abuse figures.';
COMMENT ON COLUMN requests_hour.outcome IS 'Final answer: fulfilled, partial, refused, error; unanswered while there is none.';
COMMENT ON COLUMN requests_hour."language" IS 'Language of the prompt (primary subtag), as declared; other where rare.';
COMMENT ON COLUMN requests_hour.requests IS 'Mentions, at least 1.';
