-- Question: At which hours of the week are requests made?
-- Method: Requests of the class by weekday and hour, in UTC shifted by $utc_offset_hours; divided by all hours of that kind in the period
--   that the data reach over, whether anything happened in them or not.
-- Caveats: A collector that stood still looks like quiet hours: silent_hours counts those without any event, which on a thin stream are
--   common. One fixed shift knows no summer time. On research: a row placed to 6 hours, a day or a month is shared out evenly over its
--   hours, so the curve is a little too flat; estimated_share says how much of a row rests on that.
-- Catalogues: analyst, research.
-- Parameters: $since, $until (TIMESTAMP, UTC): hours that begin in [hour of since, until); $request_class (VARCHAR) = sexualising;
--   $utc_offset_hours (BIGINT, -12 to 14) = 0.
-- Columns: weekday (BIGINT): 1 is Monday, 7 Sunday; weekday_hour (BIGINT): 0 to 23; requests (DOUBLE): exact on analyst, else estimated;
--   hours (BIGINT): such hours in the period that the data reach over; silent_hours (BIGINT): of these without any event; per_hour (DOUBLE):
--   requests by hours, null without hours; estimated_share (DOUBLE, 0 to 1): of requests, from rows that are not placed to the hour.
-- Grain: one weekday and hour, always 168.
WITH data AS (
    SELECT
        greatest(min("hour"), date_trunc('hour', $since::TIMESTAMP)) AS begins_at,
        least(max("hour") + INTERVAL 1 HOUR, $until::TIMESTAMP) AS ends_at
    FROM coverage
),

clock AS (
    SELECT unnest(range(data.begins_at, data.ends_at, INTERVAL 1 HOUR)) AS "hour" FROM data
),

heard AS (
    SELECT DISTINCT "hour" FROM coverage
),

watched AS (
    SELECT
        isodow(clock."hour" + to_hours($utc_offset_hours::BIGINT)) AS weekday,
        hour(clock."hour" + to_hours($utc_offset_hours::BIGINT)) AS weekday_hour,
        count(*) AS hours,
        count(*) FILTER (heard."hour" IS NULL) AS silent_hours
    FROM clock
    LEFT JOIN heard ON clock."hour" = heard."hour"
    GROUP BY ALL
),

asked AS (
    SELECT
        greatest(span_starts_at, date_trunc('hour', $since::TIMESTAMP)) AS begins_at,
        least(span_ends_at, $until::TIMESTAMP) AS ends_at,
        span_ends_at - span_starts_at > INTERVAL 1 HOUR AS is_estimated,
        sum(share) AS requests
    FROM requests_within(date_trunc('hour', $since::TIMESTAMP), $until::TIMESTAMP)
    WHERE request_class = $request_class::VARCHAR AND NOT is_self
    GROUP BY ALL
),

parted AS (
    SELECT
        is_estimated,
        unnest(range(date_trunc('hour', begins_at), ends_at, INTERVAL 1 HOUR)) AS "hour",
        requests / greatest(1, date_diff('hour', date_trunc('hour', begins_at), ends_at + INTERVAL 3599 SECOND)) AS requests
    FROM asked
),

counted AS (
    SELECT
        isodow("hour" + to_hours($utc_offset_hours::BIGINT)) AS weekday,
        hour("hour" + to_hours($utc_offset_hours::BIGINT)) AS weekday_hour,
        sum(requests) AS requests,
        coalesce(sum(requests) FILTER (is_estimated), 0) AS estimated
    FROM parted
    GROUP BY ALL
)

SELECT
    weekdays.weekday AS weekday,
    day_hours.weekday_hour AS weekday_hour,
    round(coalesce(counted.requests, 0), 3) AS requests,
    coalesce(watched.hours, 0) AS hours,
    coalesce(watched.silent_hours, 0) AS silent_hours,
    round(coalesce(counted.requests, 0) / nullif(watched.hours, 0), 6) AS per_hour,
    round(counted.estimated / nullif(counted.requests, 0), 6) AS estimated_share
FROM (SELECT unnest(range(1, 8)) AS weekday) AS weekdays
CROSS JOIN (SELECT unnest(range(24)) AS weekday_hour) AS day_hours
LEFT JOIN counted ON weekdays.weekday = counted.weekday AND day_hours.weekday_hour = counted.weekday_hour
LEFT JOIN watched ON weekdays.weekday = watched.weekday AND day_hours.weekday_hour = watched.weekday_hour
ORDER BY weekdays.weekday, day_hours.weekday_hour
