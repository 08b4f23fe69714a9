-- Every mention of one span of event time with its final answer. Variables: since, until (TIMESTAMP, UTC, half-open), last (BIGINT).
-- Grain: one mention, with the columns that counts go by.
CREATE OR REPLACE TEMP TABLE changes AS
WITH final AS (
    SELECT
        mention_id,
        arg_max(outcome, answer_rank) AS outcome
    FROM answers
    WHERE
        mention_at >= getvariable('since')::TIMESTAMP
        AND mention_at < getvariable('until')::TIMESTAMP
    GROUP BY mention_id
)

SELECT
    new_mentions.event_id,
    new_mentions.occurred_at,
    new_mentions.platform,
    new_mentions.generator,
    new_mentions.request_class,
    new_mentions.is_self,
    new_mentions."language",
    new_mentions.jurisdiction,
    new_mentions.target_gender,
    new_mentions.target_gender_source,
    new_mentions.target_is_public_figure,
    coalesce(final.outcome, 'unanswered') AS outcome,
    1 AS requests
FROM new_mentions
LEFT JOIN final ON new_mentions.event_id = final.mention_id
