-- Generations by hour, those placed to the hour. Sum over what you do not need. Grain: as the first words say.
CREATE VIEW production_hour AS
SELECT
    occurred_at AS "hour",
    platform,
    generator,
    outcome,
    sexualised,
    surface,
    plan,
    media_type,
    linked,
    count(*) AS generations
FROM files.generations
WHERE "precision" = 'hour'
GROUP BY ALL;

COMMENT ON VIEW production_hour IS 'Generations by hour, those placed to the hour. Sum over what you do not need.';
COMMENT ON COLUMN production_hour."hour" IS 'Start of the hour of the generation (UTC).';
COMMENT ON COLUMN production_hour.platform IS 'Where it happened; other where few accounts and targets share the value.';
COMMENT ON COLUMN production_hour.generator IS 'AI tool that answered; other where rare.';
COMMENT ON COLUMN production_hour.outcome IS 'fulfilled, partial, refused or error.';
COMMENT ON COLUMN production_hour.sexualised IS 'How sexualised the result is, as declared: none, suggestive, nudity, explicit or unknown.';
COMMENT ON COLUMN production_hour.surface IS 'Where it was used: reply, app, web, edit_button or api.';
COMMENT ON COLUMN production_hour.plan IS 'free, paid or unknown.';
COMMENT ON COLUMN production_hour.media_type IS 'image or video; null where nothing was made or nothing is known.';
COMMENT ON COLUMN production_hour.linked IS 'Whether it says which public mention it answers.';
COMMENT ON COLUMN production_hour.generations IS 'Generations, at least 1.';
