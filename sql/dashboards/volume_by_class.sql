-- Requests over time by request class, requests about oneself left out. Steps without requests have no row.
-- Parameters: $since, $until (TIMESTAMP, UTC, half-open); $step_seconds (BIGINT): length of a step; $origin (TIMESTAMP, UTC):
--   where one begins.
-- Columns: at (TIMESTAMP, UTC): start of the step; series (VARCHAR): request class; requests (BIGINT, at least 1).
-- Grain: one step and request class.
SELECT
    time_bucket(to_seconds($step_seconds::BIGINT), "minute", $origin::TIMESTAMP) AS "at",
    request_class AS series,
    sum(requests)::BIGINT AS requests
FROM requests_minute
WHERE
    "minute" >= $since::TIMESTAMP
    AND "minute" < $until::TIMESTAMP
    AND NOT is_self
GROUP BY ALL
HAVING sum(requests) > 0
ORDER BY "at", series
