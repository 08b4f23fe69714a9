-- One row a generation: how and where it was made. Rows name no account and no target. Grain: one generation.
CREATE VIEW generations AS
SELECT
    occurred_at,
    "precision",
    "level",
    platform,
    collection_id,
    sampling_probability,
    jurisdiction,
    generator,
    model,
    outcome,
    sexualised,
    media_type,
    linked,
    plan
FROM files.generations;

COMMENT ON VIEW generations IS 'One row a generation: how and where it was made. Rows name no account and no target.';
COMMENT ON COLUMN generations.occurred_at IS 'Start of the day or month in which it happened (UTC); see precision.';
COMMENT ON COLUMN generations."precision" IS 'day or month: finer where enough people share all that the row says. Leave out what is coarser than your question needs.';
COMMENT ON COLUMN generations."level" IS 'How much was merged away: 0 nothing; 1 jurisdiction and plan; 2 model, collection and sampling probability, too; 3 also whether it is linked; 4 everything but the platform. What answers no public mention has none of the first two at any level.';
COMMENT ON COLUMN generations.platform IS 'Where it happened; other where few accounts and targets share the value.';
COMMENT ON COLUMN generations.collection_id IS 'Which collector and query brought it; other where rare, merged where the row is coarser.';
COMMENT ON COLUMN generations.sampling_probability IS 'Chance with which the collector kept such an event, above 0 up to 1; null where it did not say, it is rare, or the row is coarser.';
COMMENT ON COLUMN generations.jurisdiction IS 'Country or region, ISO 3166, as declared; other where rare, merged where the row is coarser.';
COMMENT ON COLUMN generations.generator IS 'AI tool; other where rare, merged where the row is coarser.';
COMMENT ON COLUMN generations.model IS 'Model of the tool; other where rare, merged where the row is coarser.';
COMMENT ON COLUMN generations.outcome IS 'Final answer: fulfilled, partial, refused, error, unknown where none is judged; unanswered while there is none; merged where the row is coarser.';
COMMENT ON COLUMN generations.sexualised IS 'How sexualised the result is, as declared: none, suggestive, nudity, explicit or unknown; merged where the row is coarser.';
COMMENT ON COLUMN generations.media_type IS 'image or video; null where nothing was made or nothing is known, merged where the row is coarser.';
COMMENT ON COLUMN generations.linked IS 'Whether it says which public mention it answers; null where the row is coarser.';
COMMENT ON COLUMN generations.plan IS 'free, paid or unknown; merged where the row is coarser.';
