-- The latest different prompts of one account; to be shown only on request.
-- Parameters: $account_id (UUID); $since, $until (TIMESTAMP, UTC, half-open); $top (BIGINT): most rows.
-- Columns: prompt (VARCHAR); requests, targets (BIGINT); last_at (TIMESTAMP, UTC).
-- Grain: one text.
SELECT
    prompt,
    count(*) AS requests,
    count(DISTINCT target_id) AS targets,
    max(occurred_at) AS last_at
FROM mentions
WHERE
    account_id = $account_id::UUID
    AND occurred_at >= $since::TIMESTAMP
    AND occurred_at < $until::TIMESTAMP
    AND NOT is_self
    AND prompt IS NOT NULL
GROUP BY prompt
ORDER BY last_at DESC, prompt
LIMIT $top::BIGINT
