-- Generations as readers see them. Grain: one generation.
CREATE VIEW generations AS
SELECT
    event_id,
    platform,
    occurred_at,
    collected_at,
    ingested_at,
    collection_id,
    sampling_probability,
    jurisdiction,
    outcome,
    mention_id,
    account_id,
    target_id,
    generator,
    model,
    media_type,
    media_hash,
    sexualised,
    surface,
    plan,
    post_id,
    views,
    views_at
FROM files.generations;

COMMENT ON VIEW generations IS 'One row a generation: something a generator made or refused to make.';
COMMENT ON COLUMN generations.event_id IS 'Pseudonym of the event, unique per platform and type.';
COMMENT ON COLUMN generations.platform IS 'Where it happened; unknown where the collector did not say.';
COMMENT ON COLUMN generations.occurred_at IS 'When it happened (UTC). Every count goes by this time.';
COMMENT ON COLUMN generations.collected_at IS 'When the collector saw it (UTC), where it said so.';
COMMENT ON COLUMN generations.ingested_at IS 'When Veille learned of it (UTC).';
COMMENT ON COLUMN generations.collection_id IS 'Which collector and query brought it.';
COMMENT ON COLUMN generations.sampling_probability IS 'Chance with which the collector kept such an event, above 0 up to 1; null where it did not say.';
COMMENT ON COLUMN generations.jurisdiction IS 'Country or region, ISO 3166, as declared.';
COMMENT ON COLUMN generations.outcome IS 'fulfilled, partial, refused or error.';
COMMENT ON COLUMN generations.mention_id IS 'Pseudonym of the mention it answers; null where it followed none.';
COMMENT ON COLUMN generations.account_id IS 'Pseudonym of the account it was made for.';
COMMENT ON COLUMN generations.target_id IS 'Pseudonym of the account it is about.';
COMMENT ON COLUMN generations.generator IS 'AI tool that answered.';
COMMENT ON COLUMN generations.model IS 'Model of the tool.';
COMMENT ON COLUMN generations.media_type IS 'image or video; null where nothing was made or nothing is known.';
COMMENT ON COLUMN generations.media_hash IS 'PDQ perceptual hash of what was made, 64 hex digits.';
COMMENT ON COLUMN generations.sexualised IS 'How sexualised the result is, as declared: none, suggestive, nudity, explicit or unknown.';
COMMENT ON COLUMN generations.surface IS 'Where it was used: reply, app, web, edit_button or api.';
COMMENT ON COLUMN generations.plan IS 'free, paid or unknown.';
COMMENT ON COLUMN generations.post_id IS 'Pseudonym of the post that carries the answer.';
COMMENT ON COLUMN generations.views IS 'Views of that post at views_at.';
COMMENT ON COLUMN generations.views_at IS 'When the views were counted (UTC).';
