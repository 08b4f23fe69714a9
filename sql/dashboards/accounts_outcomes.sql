-- What became of the requests of one account, by final answer.
-- Parameters: $account_id (UUID); $since, $until (TIMESTAMP, UTC, half-open): of the request.
-- Columns: requests, fulfilled, partial, refused, errors, unknown, unanswered (BIGINT).
-- Grain: one row.
SELECT
    count(*) AS requests,
    count(*) FILTER (outcome = 'fulfilled') AS fulfilled,
    count(*) FILTER (outcome = 'partial') AS partial,
    count(*) FILTER (outcome = 'refused') AS refused,
    count(*) FILTER (outcome = 'error') AS errors,
    count(*) FILTER (outcome = 'unknown') AS unknown,
    count(*) FILTER (outcome = 'unanswered') AS unanswered
FROM exchanges_between($since::TIMESTAMP, $until::TIMESTAMP)
WHERE
    account_id = $account_id::UUID
    AND NOT is_self
ORDER BY requests
