-- Mentions of targets with several of them, for the ranking of odd targets. Parameters: $since, $until (TIMESTAMP, UTC);
-- $least (INTEGER): fewest mentions of a target. Columns: target_id, account_id (VARCHAR); occurred_at (TIMESTAMP, UTC); account_created_at (DATE); prompt
-- (UBIGINT): a hash of its text; outcome (VARCHAR): of the last judged answer, unknown where none is judged, null where there is none. Grain: one mention.
WITH asked AS (
    SELECT
        event_id,
        target_id,
        account_id,
        occurred_at,
        account_created_at,
        hash(prompt) AS prompt
    FROM mentions
    WHERE occurred_at >= $since AND occurred_at < $until AND target_id IS NOT NULL AND NOT is_self
    QUALIFY count(*) OVER (PARTITION BY target_id) >= $least
),

answer AS (
    SELECT
        made.mention_id,
        arg_max(made.outcome, answer_rank(made.occurred_at, made.ingested_at, made.outcome)) AS outcome
    FROM generations AS made
    INNER JOIN asked ON made.mention_id = asked.event_id
    WHERE made.occurred_at >= $since AND made.occurred_at < $until
    GROUP BY made.mention_id
)

SELECT
    asked.target_id::VARCHAR AS target_id,
    asked.account_id::VARCHAR AS account_id,
    asked.occurred_at,
    asked.account_created_at,
    asked.prompt,
    answer.outcome
FROM asked
LEFT JOIN answer ON asked.event_id = answer.mention_id
ORDER BY asked.occurred_at, asked.event_id
