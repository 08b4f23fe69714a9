-- Requests over time by final answer, requests about oneself left out. Steps without requests have no row.
-- Parameters: $since, $until (TIMESTAMP, UTC, half-open); $step_seconds (BIGINT): length of a step; $origin (TIMESTAMP, UTC):
--   where one begins;
--   $request_class (VARCHAR): null counts every class.
-- Columns: at (TIMESTAMP, UTC): start of the step; series (VARCHAR): final answer; requests (BIGINT, at least 1).
-- Grain: one step and final answer.
SELECT
    time_bucket(to_seconds($step_seconds::BIGINT), "minute", $origin::TIMESTAMP) AS "at",
    outcome AS series,
    sum(requests)::BIGINT AS requests
FROM requests_minute
WHERE
    "minute" >= $since::TIMESTAMP
    AND "minute" < $until::TIMESTAMP
    AND NOT is_self
    AND ($request_class::VARCHAR IS NULL OR request_class = $request_class::VARCHAR)
GROUP BY ALL
HAVING sum(requests) > 0
ORDER BY "at", series
