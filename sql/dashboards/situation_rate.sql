-- Requests of the last hour, of the same hour of the days before, and of the highest hour of all. Requests about oneself are left out.
-- Parameters: $at (TIMESTAMP, UTC, a whole minute): end of the last hour; $first_at (TIMESTAMP, UTC): begin of the data; $request_class (VARCHAR): null
--   counts every class.
-- Columns: last_hour (BIGINT): requests in the hour before $at; usual (DOUBLE): median of the same hour on each of up to 14 days before that lie within
--   the data, null where fewer than 3 do; days (BIGINT): how many do; highest (BIGINT): requests of the clock hour that had most, null without a request;
--   highest_at (TIMESTAMP, UTC): its begin, of equals the latest.
-- Grain: one row.
WITH days AS (
    SELECT unnest(range(0, 15)) AS days_ago
),

counted AS (
    SELECT
        epoch($at::TIMESTAMP - "minute" - INTERVAL 1 MINUTE)::BIGINT // 86400 AS days_ago,
        sum(requests) AS requests
    FROM requests_minute
    WHERE
        "minute" >= $at::TIMESTAMP - INTERVAL 14 DAY - INTERVAL 1 HOUR
        AND "minute" < $at::TIMESTAMP
        AND epoch($at::TIMESTAMP - "minute" - INTERVAL 1 MINUTE)::BIGINT % 86400 < 3600
        AND NOT is_self
        AND ($request_class::VARCHAR IS NULL OR request_class = $request_class::VARCHAR)
    GROUP BY days_ago
),

same_hour AS (
    SELECT
        days.days_ago AS days_ago,
        coalesce(counted.requests, 0) AS requests
    FROM days
    LEFT JOIN counted ON days.days_ago = counted.days_ago
    WHERE $at::TIMESTAMP - INTERVAL 1 HOUR - to_days(days.days_ago::INTEGER) >= $first_at::TIMESTAMP OR days.days_ago = 0
),

hourly AS (
    SELECT
        "hour",
        sum(requests)::BIGINT AS requests
    FROM requests_hour
    WHERE
        NOT is_self
        AND ($request_class::VARCHAR IS NULL OR request_class = $request_class::VARCHAR)
    GROUP BY "hour"
)

SELECT
    (SELECT sum(same_hour.requests) FROM same_hour WHERE same_hour.days_ago = 0)::BIGINT AS last_hour,
    CASE WHEN count(*) FILTER (days_ago > 0) >= 3 THEN (median(requests) FILTER (days_ago > 0))::DOUBLE END AS usual,
    count(*) FILTER (days_ago > 0) AS days,
    (SELECT max(hourly.requests) FROM hourly) AS highest,
    (SELECT hourly."hour" FROM hourly ORDER BY hourly.requests DESC, hourly."hour" DESC LIMIT 1) AS highest_at
FROM same_hour
ORDER BY last_hour
