-- One row a mention, coarsened: the columns of exchanges that were known when it was made. Grain: as the first words say.
CREATE VIEW mentions AS
SELECT
    occurred_at,
    "precision",
    platform,
    collection_id,
    sampling_probability,
    jurisdiction,
    is_self,
    target_known,
    target_basis,
    generator,
    "language",
    request_class,
    request_class_source,
    target_gender,
    target_gender_source,
    target_is_public_figure,
    prompt_length,
    account_age,
    account_followers
FROM files.exchanges;

COMMENT ON VIEW mentions IS 'One row a mention, coarsened: the columns of exchanges that were known when it was made.';
COMMENT ON COLUMN mentions.occurred_at IS 'Start of the hour, day or month in which it happened (UTC); see precision.';
COMMENT ON COLUMN mentions."precision" IS 'hour; day or month where too few people share the hour. Leave out what is coarser than your question needs.';
COMMENT ON COLUMN mentions.platform IS 'Where it happened; other where few accounts and targets share the value.';
COMMENT ON COLUMN mentions.collection_id IS 'Which collector and query brought it; other where rare.';
COMMENT ON COLUMN mentions.sampling_probability IS 'Chance with which the collector kept such an event, above 0 up to 1; null where it did not say.';
COMMENT ON COLUMN mentions.jurisdiction IS 'Country or region, ISO 3166, as declared; other where rare.';
COMMENT ON COLUMN mentions.is_self IS 'Whether the account asks about itself. Left out of abuse figures.';
COMMENT ON COLUMN mentions.target_known IS 'Whether the collector knew whom it is about.';
COMMENT ON COLUMN mentions.target_basis IS 'How the target is known: post_author, tagged, depicted or unknown.';
COMMENT ON COLUMN mentions.generator IS 'AI tool addressed; other where rare.';
COMMENT ON COLUMN mentions."language" IS 'Language of the prompt (primary subtag), as declared; other where rare.';
COMMENT ON COLUMN mentions.request_class IS 'What is asked, as declared: sexualising, other_edit, question, other or unknown. Not yet abuse by itself.';
COMMENT ON COLUMN mentions.request_class_source IS 'Who or what declared the class; other where rare.';
COMMENT ON COLUMN mentions.target_gender IS 'Gender of the target as declared: woman, man, nonbinary or unknown. Never inferred here.';
COMMENT ON COLUMN mentions.target_gender_source IS 'Where the gender comes from; other where rare.';
COMMENT ON COLUMN mentions.target_is_public_figure IS 'Whether the target is a public figure, as declared; null where unknown.';
COMMENT ON COLUMN mentions.prompt_length IS 'Characters of the prompt: 0-20, 21-40, 41-80, 81-160 or 161+; null without a prompt. Its text is not published.';
COMMENT ON COLUMN mentions.account_age IS 'Age of the account that asks: under 1 month, 1-11 months, 12 months or more; null where unknown.';
COMMENT ON COLUMN mentions.account_followers IS 'Followers of the account: 0-99, 100-999, 1000-9999 or 10000+; null where unknown.';
