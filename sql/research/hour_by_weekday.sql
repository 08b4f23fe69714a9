-- Question: At which hours of the week are requests made?
-- Method: Requests of the class by weekday and hour, in UTC shifted by $utc_offset_hours; divided by the hours of that kind in which any
--   mention was collected.
-- Caveats: An hour without collection is not a quiet hour: compare per_covered_hour, not requests. One fixed shift knows no summer time.
--   On research: only what is placed to the hour, since rarer hours are published by day or month.
-- Catalogues: analyst, research.
-- Parameters: $since, $until (TIMESTAMP, UTC): hours that begin in [hour of since, until); $request_class (VARCHAR) = sexualising;
--   $utc_offset_hours (BIGINT, -12 to 14) = 0.
-- Columns: weekday (BIGINT): 1 is Monday, 7 Sunday; weekday_hour (BIGINT): 0 to 23; requests (BIGINT); hours_covered (BIGINT): such
--   hours with any mention; per_covered_hour (DOUBLE): null where none is covered.
-- Grain: one weekday and hour, always 168.
WITH asked AS (
    SELECT "hour" + to_hours($utc_offset_hours::BIGINT) AS local_at, requests
    FROM requests_hour
    WHERE
        "hour" >= date_trunc('hour', $since::TIMESTAMP)
        AND "hour" < $until::TIMESTAMP
        AND request_class = $request_class::VARCHAR
        AND NOT is_self
),

covered AS (
    SELECT DISTINCT "hour" + to_hours($utc_offset_hours::BIGINT) AS local_at
    FROM coverage
    WHERE
        "hour" >= date_trunc('hour', $since::TIMESTAMP)
        AND "hour" < $until::TIMESTAMP
        AND event_type = 'mention'
),

counted AS (
    SELECT isodow(local_at) AS weekday, hour(local_at) AS weekday_hour, sum(requests)::BIGINT AS requests
    FROM asked
    GROUP BY ALL
),

watched AS (
    SELECT isodow(local_at) AS weekday, hour(local_at) AS weekday_hour, count(*) AS hours_covered
    FROM covered
    GROUP BY ALL
)

SELECT
    weekdays.weekday AS weekday,
    day_hours.weekday_hour AS weekday_hour,
    coalesce(counted.requests, 0) AS requests,
    coalesce(watched.hours_covered, 0) AS hours_covered,
    round(coalesce(counted.requests, 0) / nullif(watched.hours_covered, 0), 6) AS per_covered_hour
FROM (SELECT unnest(range(1, 8)) AS weekday) AS weekdays
CROSS JOIN (SELECT unnest(range(24)) AS weekday_hour) AS day_hours
LEFT JOIN counted ON weekdays.weekday = counted.weekday AND day_hours.weekday_hour = counted.weekday_hour
LEFT JOIN watched ON weekdays.weekday = watched.weekday AND day_hours.weekday_hour = watched.weekday_hour
ORDER BY weekdays.weekday, day_hours.weekday_hour
