-- Mentions as readers see them. Grain: one mention.
CREATE VIEW mentions AS
SELECT
    event_id,
    platform,
    occurred_at,
    collected_at,
    ingested_at,
    collection_id,
    sampling_probability,
    jurisdiction,
    account_id,
    target_id,
    is_self,
    target_basis,
    generator,
    post_id,
    parent_post_id,
    prompt,
    prompt_links,
    prompt_cut,
    "language",
    request_class,
    request_class_source,
    target_gender,
    target_gender_source,
    target_is_public_figure,
    account_created_at,
    account_followers,
    source_media_hash
FROM files.mentions;

COMMENT ON VIEW mentions IS 'One row a mention: an account publicly asks a generator to act on someone''s post.';
COMMENT ON COLUMN mentions.event_id IS 'Pseudonym of the event, unique per platform and type.';
COMMENT ON COLUMN mentions.platform IS 'Where it happened; unknown where the collector did not say.';
COMMENT ON COLUMN mentions.occurred_at IS 'When it happened (UTC). Every count goes by this time.';
COMMENT ON COLUMN mentions.collected_at IS 'When the collector saw it (UTC), where it said so.';
COMMENT ON COLUMN mentions.ingested_at IS 'When Veille learned of it (UTC).';
COMMENT ON COLUMN mentions.collection_id IS 'Which collector and query brought it.';
COMMENT ON COLUMN mentions.sampling_probability IS 'Chance with which the collector kept such an event, above 0 up to 1; null where it did not say.';
COMMENT ON COLUMN mentions.jurisdiction IS 'Country or region, ISO 3166, as declared.';
COMMENT ON COLUMN mentions.account_id IS 'Pseudonym of the account that asks.';
COMMENT ON COLUMN mentions.target_id IS 'Pseudonym of the account whose photo or post it is about; null where unknown.';
COMMENT ON COLUMN mentions.is_self IS 'Whether account and target are the same: someone asks about herself. Left out of abuse figures.';
COMMENT ON COLUMN mentions.target_basis IS 'How the target is known: post_author, tagged, depicted or unknown.';
COMMENT ON COLUMN mentions.generator IS 'AI tool addressed.';
COMMENT ON COLUMN mentions.post_id IS 'Pseudonym of the post that asks.';
COMMENT ON COLUMN mentions.parent_post_id IS 'Pseudonym of the post that is answered, usually the target''s.';
COMMENT ON COLUMN mentions.prompt IS 'Text of the request; handles replaced by pseudonyms, links by a placeholder. Show only on request.';
COMMENT ON COLUMN mentions.prompt_links IS 'Whether a link in the prompt was replaced; null on rows from before this was noted.';
COMMENT ON COLUMN mentions.prompt_cut IS 'Whether the prompt was longer than 4,000 characters and its end is missing; null on rows from before this was noted.';
COMMENT ON COLUMN mentions."language" IS 'Language of the prompt, BCP 47, as declared.';
COMMENT ON COLUMN mentions.request_class IS 'What is asked, as declared: sexualising, other_edit, question, other or unknown. Not yet abuse by itself.';
COMMENT ON COLUMN mentions.request_class_source IS 'Who or what declared the class.';
COMMENT ON COLUMN mentions.target_gender IS 'Gender of the target as declared: woman, man, nonbinary or unknown. Never inferred here.';
COMMENT ON COLUMN mentions.target_gender_source IS 'Where the gender comes from: self_declared, registry, classifier or provider.';
COMMENT ON COLUMN mentions.target_is_public_figure IS 'Whether the target is a public figure, as declared; null where unknown.';
COMMENT ON COLUMN mentions.account_created_at IS 'Month in which the account was created (its first day).';
COMMENT ON COLUMN mentions.account_followers IS 'Followers of the account at that time.';
COMMENT ON COLUMN mentions.source_media_hash IS 'PDQ perceptual hash of the image asked about, 64 hex digits.';
