-- What some accounts asked, what others asked about the same targets, and what the accounts got for an answer by then.
-- Parameters: $since, $until (TIMESTAMP, UTC): the period [since, until); $accounts (VARCHAR[]); $classes (VARCHAR[]): request classes.
-- Columns: account_id, target_id, post_id (VARCHAR), occurred_at (TIMESTAMP, UTC), language, prompt, outcome (VARCHAR; null for the others'):
--   fulfilled, partial, refused, error, unknown or unanswered; the last judged answer given before $until, unknown where none was judged.
-- Grain: one mention.
WITH asked AS (
    SELECT
        event_id,
        account_id,
        target_id,
        post_id,
        occurred_at,
        language,
        prompt,
        list_contains($accounts::VARCHAR[], account_id::VARCHAR) AS theirs
    FROM mentions
    WHERE
        occurred_at >= $since
        AND occurred_at < $until
        AND NOT is_self
        AND target_id IS NOT NULL
        AND list_contains($classes::VARCHAR[], request_class)
),

answer AS (
    SELECT
        generations.mention_id AS mention_id,
        arg_max(
            generations.outcome, answer_rank(generations.occurred_at, generations.ingested_at, generations.outcome)
        ) AS outcome
    FROM generations
    INNER JOIN asked ON generations.mention_id = asked.event_id AND asked.theirs
    WHERE
        generations.occurred_at >= $since
        AND generations.occurred_at < $until
    GROUP BY generations.mention_id
)

SELECT
    asked.account_id::VARCHAR AS account_id,
    asked.target_id::VARCHAR AS target_id,
    asked.post_id::VARCHAR AS post_id,
    asked.occurred_at AS occurred_at,
    asked.language AS language,
    CASE WHEN asked.theirs THEN asked.prompt END AS prompt,
    CASE WHEN asked.theirs THEN coalesce(answer.outcome, 'unanswered') END AS outcome
FROM asked
LEFT JOIN answer ON asked.event_id = answer.mention_id
WHERE asked.target_id IN (SELECT own.target_id FROM asked AS own WHERE own.theirs)
ORDER BY asked.occurred_at, asked.event_id
