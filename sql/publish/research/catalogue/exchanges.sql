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
FROM files.exchanges
