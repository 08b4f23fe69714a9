-- One row a generation: what was made, and when. Grain: one generation.
CREATE VIEW production AS
SELECT
    occurred_at,
    "precision",
    "level",
    platform,
    sampling_probability,
    generator,
    outcome,
    media_type,
    sexualised
FROM files.production;

COMMENT ON VIEW production IS 'One row a generation: what was made, and when.';
COMMENT ON COLUMN production.occurred_at IS 'Start of the hour, 6 hours, day or month in which it happened (UTC); see precision.';
COMMENT ON COLUMN production."precision" IS 'hour, 6 hours, day or month: finer where enough people share all that the row says. Leave out what is coarser than your question needs.';
COMMENT ON COLUMN production."level" IS 'How much was merged away: 0 nothing; 1 the sampling probability; 2 everything but the platform.';
COMMENT ON COLUMN production.platform IS 'Where it happened; other where few accounts and targets share the value.';
COMMENT ON COLUMN production.sampling_probability IS 'Chance with which the collector kept such an event, above 0 up to 1; null where it did not say, it is rare, or the row is coarser.';
COMMENT ON COLUMN production.generator IS 'AI tool; other where rare, merged where the row is coarser.';
COMMENT ON COLUMN production.outcome IS 'Final answer: fulfilled, partial, refused, error, unknown where none is judged; unanswered while there is none; merged where the row is coarser.';
COMMENT ON COLUMN production.media_type IS 'image or video; null where nothing was made or nothing is known, merged where the row is coarser.';
COMMENT ON COLUMN production.sexualised IS 'How sexualised the result is, as declared: none, suggestive, nudity, explicit or unknown; merged where the row is coarser.';
