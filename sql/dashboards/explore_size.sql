-- How many requests a period holds, for choosing how exactly different people can be counted. Counted by whole days.
-- Parameters: $since, $until (TIMESTAMP, UTC): days that begin in [day of since, until); $request_class (VARCHAR): null counts every class.
-- Columns: requests (BIGINT).
-- Grain: one row.
SELECT coalesce(sum(requests), 0)::BIGINT AS requests
FROM requests_day
WHERE
    "day" >= date_trunc('day', $since::TIMESTAMP)
    AND "day" < $until::TIMESTAMP
    AND NOT is_self
    AND ($request_class::VARCHAR IS NULL OR request_class = $request_class::VARCHAR)
ORDER BY requests
