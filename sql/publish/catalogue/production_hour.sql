-- Generations by hour. Grain: one combination of keys.
-- Segments are deltas: those of `files.production_hour_settled` overlap no other segment in time, so their rows are final as they stand;
-- the others are summed. Rows that cancel out are left out.
CREATE VIEW production_hour AS
SELECT
    "hour",
    platform,
    generator,
    outcome,
    sexualised,
    surface,
    plan,
    media_type,
    linked,
    generations
FROM files.production_hour_settled
UNION ALL
SELECT
    "hour",
    platform,
    generator,
    outcome,
    sexualised,
    surface,
    plan,
    media_type,
    linked,
    sum(generations)::BIGINT AS generations
FROM files.production_hour_open
GROUP BY ALL
HAVING sum(generations)::BIGINT <> 0;

COMMENT ON VIEW production_hour IS 'Generations by hour of the generation, answers to a mention or not. Sum over what you do not need.';
COMMENT ON COLUMN production_hour."hour" IS 'Start of the hour of the generation (UTC).';
COMMENT ON COLUMN production_hour.platform IS 'Where it was made.';
COMMENT ON COLUMN production_hour.generator IS 'AI tool.';
COMMENT ON COLUMN production_hour.outcome IS 'fulfilled, partial, refused, error, or unknown where nobody has judged it.';
COMMENT ON COLUMN production_hour.sexualised IS 'How sexualised the result is, as declared: none, suggestive, nudity, explicit or unknown.';
COMMENT ON COLUMN production_hour.surface IS 'Where it was used: reply, app, web, edit_button or api.';
COMMENT ON COLUMN production_hour.plan IS 'free, paid or unknown.';
COMMENT ON COLUMN production_hour.media_type IS 'image or video, where known.';
COMMENT ON COLUMN production_hour.linked IS 'Whether it says which public mention it answers.';
COMMENT ON COLUMN production_hour.generations IS 'Generations, at least 1.';
