-- Generations by hour, those placed to the hour. Sum over what you do not need. Grain: one cell.
CREATE VIEW production_hour AS
SELECT
    occurred_at AS "hour",
    platform,
    generator,
    outcome,
    sexualised,
    media_type,
    count(*) AS generations
FROM files.production
WHERE "precision" = 'hour'
GROUP BY ALL;

COMMENT ON VIEW production_hour IS 'Generations by hour, those placed to the hour. Sum over what you do not need.';
COMMENT ON COLUMN production_hour."hour" IS 'Start of the hour of the generation (UTC).';
COMMENT ON COLUMN production_hour.platform IS 'Where it happened; other where few accounts and targets share the value.';
COMMENT ON COLUMN production_hour.generator IS 'AI tool; other where rare, merged where the row is coarser.';
COMMENT ON COLUMN production_hour.outcome IS 'Final answer: fulfilled, partial, refused, error, unknown where none is judged; unanswered while there is none; merged where the row is coarser.';
COMMENT ON COLUMN production_hour.sexualised IS 'How sexualised the result is, as declared: none, suggestive, nudity, explicit or unknown; merged where the row is coarser.';
COMMENT ON COLUMN production_hour.media_type IS 'image or video; null where nothing was made or nothing is known, merged where the row is coarser.';
COMMENT ON COLUMN production_hour.generations IS 'Generations.';
