-- What the cut changes in counts of requests: +1 for a new mention, and for an older one whose final answer changed
-- -1 where it stood and +1 where it stands now. The final answer is the one of highest answer_rank.
-- Grain: one change, with the columns that counts go by.
CREATE OR REPLACE TEMP TABLE changes AS
WITH before AS (
    SELECT
        answers.mention_id,
        max(answers.answer_rank) AS answer_rank,
        arg_max(answers.outcome, answers.answer_rank) AS outcome
    FROM answers
    INNER JOIN old_mentions
        ON answers.mention_id = old_mentions.event_id AND answers.mention_at = old_mentions.occurred_at
    GROUP BY answers.mention_id
),

brought AS (
    SELECT
        mention_id,
        max(answer_rank) AS answer_rank,
        arg_max(outcome, answer_rank) AS outcome
    FROM linked
    GROUP BY mention_id
),

moved AS (
    SELECT
        old_mentions.*,
        coalesce(before.outcome, 'unanswered') AS outcome_before,
        brought.outcome AS outcome_after
    FROM old_mentions
    INNER JOIN brought ON old_mentions.event_id = brought.mention_id
    LEFT JOIN before ON old_mentions.event_id = before.mention_id
    WHERE
        (before.answer_rank IS NULL OR brought.answer_rank > before.answer_rank)
        AND brought.outcome <> coalesce(before.outcome, 'unanswered')
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
    coalesce(brought.outcome, 'unanswered') AS outcome,
    1 AS requests
FROM new_mentions
LEFT JOIN brought ON new_mentions.event_id = brought.mention_id
UNION ALL
SELECT
    * EXCLUDE (outcome_before, outcome_after),
    outcome_before AS outcome,
    -1 AS requests
FROM moved
UNION ALL
SELECT
    * EXCLUDE (outcome_before, outcome_after),
    outcome_after AS outcome,
    1 AS requests
FROM moved
