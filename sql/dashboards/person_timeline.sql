-- Requests about one person, or by one account, over time by their final answer; requests about oneself left out. Steps without requests have no row.
-- Parameters: $target_id, $account_id (UUID): null takes every one; $since, $until (TIMESTAMP, UTC, half-open); $step_seconds (BIGINT): length of a step; $origin
--   (TIMESTAMP, UTC): where a step begins.
-- Columns: at (TIMESTAMP, UTC): start of the step; series (VARCHAR): fulfilled, partial, refused, error, unknown or unanswered; requests (BIGINT).
-- Grain: one step and answer.
SELECT
    time_bucket(to_seconds($step_seconds::BIGINT), occurred_at, $origin::TIMESTAMP) AS "at",
    outcome AS series,
    count(*) AS requests
FROM exchanges_between($since::TIMESTAMP, $until::TIMESTAMP)
WHERE
    ($target_id::UUID IS NULL OR target_id = $target_id::UUID)
    AND ($account_id::UUID IS NULL OR account_id = $account_id::UUID)
    AND NOT is_self
GROUP BY ALL
ORDER BY "at", series
