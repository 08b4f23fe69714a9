-- Requests of a period whose class nobody stated: they stand beside the counts of a declared class. Requests about oneself are left out.
-- Parameters: $since, $until (TIMESTAMP, UTC, half-open).
-- Columns: requests (BIGINT).
-- Grain: one row.
SELECT coalesce(sum(requests), 0)::BIGINT AS requests
FROM requests_minute
WHERE
    "minute" >= $since::TIMESTAMP
    AND "minute" < $until::TIMESTAMP
    AND NOT is_self
    AND request_class = 'unknown'
ORDER BY requests
