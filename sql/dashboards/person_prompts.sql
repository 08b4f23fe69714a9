-- The latest different prompts about one person, or of one account; to be shown only on request.
-- Parameters: $target_id, $account_id (UUID): null takes every one; $since, $until (TIMESTAMP, UTC, half-open); $top (BIGINT): most rows.
-- Columns: prompt (VARCHAR); requests, accounts, targets (BIGINT); last_at (TIMESTAMP, UTC).
-- Grain: one text.
SELECT
    prompt,
    count(*) AS requests,
    count(DISTINCT account_id) AS accounts,
    count(DISTINCT target_id) AS targets,
    max(occurred_at) AS last_at
FROM mentions
WHERE
    ($target_id::UUID IS NULL OR target_id = $target_id::UUID)
    AND ($account_id::UUID IS NULL OR account_id = $account_id::UUID)
    AND occurred_at >= $since::TIMESTAMP
    AND occurred_at < $until::TIMESTAMP
    AND NOT is_self
    AND prompt IS NOT NULL
GROUP BY prompt
ORDER BY last_at DESC, prompt
LIMIT $top::BIGINT
