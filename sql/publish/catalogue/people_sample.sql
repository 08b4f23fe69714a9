-- Mentions of one in 16 targets or accounts. Grain: one mention.
CREATE VIEW people_sample AS
SELECT
    occurred_at,
    platform,
    jurisdiction,
    account_id,
    account_drawn,
    target_id,
    target_drawn,
    generator,
    "language",
    request_class,
    target_gender,
    target_gender_source,
    target_is_public_figure
FROM files.people_sample;

COMMENT ON VIEW people_sample IS 'Every mention of one in 16 targets (target_drawn) and by one in 16 accounts (account_drawn), for estimates of how many different ones there are; requests about oneself are left out.';
COMMENT ON COLUMN people_sample.occurred_at IS 'When it happened (UTC).';
COMMENT ON COLUMN people_sample.platform IS 'Where it happened.';
COMMENT ON COLUMN people_sample.jurisdiction IS 'Country or region, ISO 3166, as declared.';
COMMENT ON COLUMN people_sample.account_id IS 'Pseudonym of the account that asks.';
COMMENT ON COLUMN people_sample.account_drawn IS 'Whether the account is one of the one in 16, chosen by its pseudonym.';
COMMENT ON COLUMN people_sample.target_id IS 'Pseudonym of the target; null where unknown.';
COMMENT ON COLUMN people_sample.target_drawn IS 'Whether the target is one of the one in 16, chosen by its pseudonym.';
COMMENT ON COLUMN people_sample.generator IS 'AI tool addressed.';
COMMENT ON COLUMN people_sample."language" IS 'Language of the prompt, BCP 47, as declared.';
COMMENT ON COLUMN people_sample.request_class IS 'What is asked, as declared: sexualising, other_edit, question, other or unknown.';
COMMENT ON COLUMN people_sample.target_gender IS 'Gender of the target as declared: woman, man, nonbinary or unknown.';
COMMENT ON COLUMN people_sample.target_gender_source IS 'Where the gender comes from.';
COMMENT ON COLUMN people_sample.target_is_public_figure IS 'Whether the target is a public figure, as declared; null where unknown.';
