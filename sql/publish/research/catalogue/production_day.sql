-- Generations by day, those placed to the day. Sum over what you do not need. Grain: one cell.
CREATE VIEW production_day AS
SELECT
    occurred_at AS "day",
    platform,
    generator,
    outcome,
    sexualised,
    plan,
    media_type,
    linked,
    count(*) AS generations
FROM files.generations
WHERE "precision" = 'day'
GROUP BY ALL;

COMMENT ON VIEW production_day IS 'Generations by day, those placed to the day. Sum over what you do not need.';
COMMENT ON COLUMN production_day."day" IS 'Day of the generation (UTC); finished days only.';
COMMENT ON COLUMN production_day.platform IS 'Where it happened; other where few accounts and targets share the value.';
COMMENT ON COLUMN production_day.generator IS 'AI tool; other where rare, merged where the row is coarser.';
COMMENT ON COLUMN production_day.outcome IS 'Final answer: fulfilled, partial, refused, error, unknown where none is judged; unanswered while there is none; merged where the row is coarser.';
COMMENT ON COLUMN production_day.sexualised IS 'How sexualised the result is, as declared: none, suggestive, nudity, explicit or unknown; merged where the row is coarser.';
COMMENT ON COLUMN production_day.plan IS 'free, paid or unknown; merged where the row is coarser.';
COMMENT ON COLUMN production_day.media_type IS 'image or video; null where nothing was made or nothing is known, merged where the row is coarser.';
COMMENT ON COLUMN production_day.linked IS 'Whether it says which public mention it answers; null where the row is coarser.';
COMMENT ON COLUMN production_day.generations IS 'Generations.';
