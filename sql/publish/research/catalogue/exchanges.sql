-- One row a mention with its final answer: who asks, in which words, in terms that many share. Rows name no account and no target; whom they are about: mentions. Grain: one mention.
CREATE VIEW exchanges AS
SELECT
    occurred_at,
    "precision",
    "level",
    platform,
    collection_id,
    sampling_probability,
    generator,
    request_class,
    request_class_source,
    is_self,
    outcome,
    "language",
    jurisdiction,
    prompt_length,
    account_age,
    account_followers
FROM files.exchanges;

COMMENT ON VIEW exchanges IS 'One row a mention with its final answer: who asks, in which words, in terms that many share. Rows name no account and no target; whom they are about: mentions.';
COMMENT ON COLUMN exchanges.occurred_at IS 'Start of the day or month in which it happened (UTC); see precision.';
COMMENT ON COLUMN exchanges."precision" IS 'day or month: finer where enough people share all that the row says. Leave out what is coarser than your question needs.';
COMMENT ON COLUMN exchanges."level" IS 'How much was merged away: 0 nothing; 1 what describes the account and the prompt; 2 all but class, generator, language and answer; 3 the answer, too; 4 the language, too; 5 everything but the platform.';
COMMENT ON COLUMN exchanges.platform IS 'Where it happened; other where few accounts and targets share the value.';
COMMENT ON COLUMN exchanges.collection_id IS 'Which collector and query brought it; other where rare, merged where the row is coarser.';
COMMENT ON COLUMN exchanges.sampling_probability IS 'Chance with which the collector kept such an event, above 0 up to 1; null where it did not say, it is rare, or the row is coarser.';
COMMENT ON COLUMN exchanges.generator IS 'AI tool; other where rare, merged where the row is coarser.';
COMMENT ON COLUMN exchanges.request_class IS 'What is asked, as declared: sexualising, other_edit, question, other or unknown; merged where the row is coarser. Not yet abuse by itself.';
COMMENT ON COLUMN exchanges.request_class_source IS 'Who or what declared the class; other where rare, merged where the row is coarser.';
COMMENT ON COLUMN exchanges.is_self IS 'Whether the account asks about itself. Left out of abuse figures.';
COMMENT ON COLUMN exchanges.outcome IS 'Final answer: fulfilled, partial, refused, error, unknown where none is judged; unanswered while there is none; merged where the row is coarser.';
COMMENT ON COLUMN exchanges."language" IS 'Language of the prompt (primary subtag), as declared; other where rare, merged where the row is coarser.';
COMMENT ON COLUMN exchanges.jurisdiction IS 'Country or region, ISO 3166, as declared; other where rare, merged where the row is coarser.';
COMMENT ON COLUMN exchanges.prompt_length IS 'Characters of the prompt: 0-20, 21-40, 41-80, 81-160 or 161+; null without a prompt, merged where the row is coarser. Its text is not published.';
COMMENT ON COLUMN exchanges.account_age IS 'Age of the account that asks: under 1 month, 1-11 months, 12 months or more; null where unknown, merged where the row is coarser.';
COMMENT ON COLUMN exchanges.account_followers IS 'Followers of the account: 0-99, 100-999, 1000-9999 or 10000+; null where unknown, merged where the row is coarser.';
