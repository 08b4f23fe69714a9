-- One row a generation, coarsened. Rows name no account and no target. Grain: as the first words say.
CREATE VIEW generations AS
SELECT
    occurred_at,
    "precision",
    platform,
    collection_id,
    sampling_probability,
    jurisdiction,
    generator,
    model,
    outcome,
    sexualised,
    surface,
    plan,
    media_type,
    linked,
    "views"
FROM files.generations;

COMMENT ON VIEW generations IS 'One row a generation, coarsened. Rows name no account and no target.';
COMMENT ON COLUMN generations.occurred_at IS 'Start of the hour, day or month in which it happened (UTC); see precision.';
COMMENT ON COLUMN generations."precision" IS 'hour; day or month where too few people share the hour. Leave out what is coarser than your question needs.';
COMMENT ON COLUMN generations.platform IS 'Where it happened; other where few accounts and targets share the value.';
COMMENT ON COLUMN generations.collection_id IS 'Which collector and query brought it; other where rare.';
COMMENT ON COLUMN generations.sampling_probability IS 'Chance with which the collector kept such an event, above 0 up to 1; null where it did not say.';
COMMENT ON COLUMN generations.jurisdiction IS 'Country or region, ISO 3166, as declared; other where rare.';
COMMENT ON COLUMN generations.generator IS 'AI tool that answered; other where rare.';
COMMENT ON COLUMN generations.model IS 'Model of the tool; other where rare.';
COMMENT ON COLUMN generations.outcome IS 'fulfilled, partial, refused or error.';
COMMENT ON COLUMN generations.sexualised IS 'How sexualised the result is, as declared: none, suggestive, nudity, explicit or unknown.';
COMMENT ON COLUMN generations.surface IS 'Where it was used: reply, app, web, edit_button or api.';
COMMENT ON COLUMN generations.plan IS 'free, paid or unknown.';
COMMENT ON COLUMN generations.media_type IS 'image or video; null where nothing was made or nothing is known.';
COMMENT ON COLUMN generations.linked IS 'Whether it says which public mention it answers.';
COMMENT ON COLUMN generations."views" IS 'Views of its post: 0-99, 100-999, 1000-9999 or 10000+; null where unknown.';
