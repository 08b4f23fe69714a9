-- Generations by day. Grain: one combination of keys.
-- Segments are deltas: those of `files.production_day_settled` overlap no other segment in time, so their rows are final as they stand;
-- the others are summed. Rows that cancel out are left out.
CREATE VIEW production_day AS
SELECT
    "day",
    platform,
    generator,
    outcome,
    sexualised,
    surface,
    plan,
    media_type,
    linked,
    generations
FROM files.production_day_settled
UNION ALL
SELECT
    "day",
    platform,
    generator,
    outcome,
    sexualised,
    surface,
    plan,
    media_type,
    linked,
    sum(generations)::BIGINT AS generations
FROM files.production_day_open
GROUP BY ALL
HAVING sum(generations)::BIGINT <> 0;

COMMENT ON VIEW production_day IS 'Generations by day of the generation, answers to a mention or not. Sum over what you do not need.';
COMMENT ON COLUMN production_day."day" IS 'Start of the day of the generation (UTC).';
COMMENT ON COLUMN production_day.platform IS 'Where it was made.';
COMMENT ON COLUMN production_day.generator IS 'AI tool.';
COMMENT ON COLUMN production_day.outcome IS 'fulfilled, partial, refused, error, or unknown where nobody has judged it.';
COMMENT ON COLUMN production_day.sexualised IS 'How sexualised the result is, as declared: none, suggestive, nudity, explicit or unknown.';
COMMENT ON COLUMN production_day.surface IS 'Where it was used: reply, app, web, edit_button or api.';
COMMENT ON COLUMN production_day.plan IS 'free, paid or unknown.';
COMMENT ON COLUMN production_day.media_type IS 'image or video, where known.';
COMMENT ON COLUMN production_day.linked IS 'Whether it says which public mention it answers.';
COMMENT ON COLUMN production_day.generations IS 'Generations, at least 1.';
