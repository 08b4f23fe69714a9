-- What ingest took in over time, by its own clock. Steps without a batch have no row.
-- Parameters: $since, $until (TIMESTAMP, UTC, half-open); $step_seconds (BIGINT): length of a step; $origin (TIMESTAMP, UTC):
--   where one begins.
-- Columns: at (TIMESTAMP, UTC): start of the step; accepted, duplicates, dead_letters (BIGINT): messages.
-- Grain: one step.
SELECT
    time_bucket(to_seconds($step_seconds::BIGINT), "minute", $origin::TIMESTAMP) AS "at",
    sum(accepted)::BIGINT AS accepted,
    sum(duplicates)::BIGINT AS duplicates,
    sum(dead_letters)::BIGINT AS dead_letters
FROM feed
WHERE
    "minute" >= $since::TIMESTAMP
    AND "minute" < $until::TIMESTAMP
GROUP BY ALL
ORDER BY "at"
