-- Requests and their final answers by hour of the day and day of the week. Requests about oneself are left out.
-- Parameters: $since, $until (TIMESTAMP, UTC, half-open); $zone_seconds (BIGINT): what the zone is ahead of UTC;
--   $request_class, $platform, $jurisdiction, $gender_source (VARCHAR): null takes all.
-- Columns: weekday (BIGINT, 1 is Monday); hour_of_day (BIGINT, 0 to 23); requests, fulfilled, partial, refused, errors, unknown, unanswered (BIGINT);
--   hours (DOUBLE): such hours in the period, also those without a request, and for its part one that the period holds in part.
-- Grain: one hour of the week that the period holds.
WITH hours AS (
    SELECT
        begun."at" AS "hour",
        epoch(least(begun."at" + INTERVAL 1 HOUR, $until::TIMESTAMP) - greatest(begun."at", $since::TIMESTAMP)) / 3600 AS held
    FROM (
        SELECT unnest(generate_series(
            date_trunc('hour', $since::TIMESTAMP), $until::TIMESTAMP - INTERVAL 1 MICROSECOND, INTERVAL 1 HOUR
        )) AS "at"
    ) AS begun
),

counted AS (
    SELECT
        date_trunc('hour', "at") AS "hour",
        sum(requests)::BIGINT AS requests,
        coalesce(sum(requests) FILTER (outcome = 'fulfilled'), 0)::BIGINT AS fulfilled,
        coalesce(sum(requests) FILTER (outcome = 'partial'), 0)::BIGINT AS partial,
        coalesce(sum(requests) FILTER (outcome = 'refused'), 0)::BIGINT AS refused,
        coalesce(sum(requests) FILTER (outcome = 'error'), 0)::BIGINT AS errors,
        coalesce(sum(requests) FILTER (outcome = 'unknown'), 0)::BIGINT AS unknown,
        coalesce(sum(requests) FILTER (outcome = 'unanswered'), 0)::BIGINT AS unanswered
    FROM requests_between($since::TIMESTAMP, $until::TIMESTAMP)
    WHERE
        NOT is_self
        AND ($request_class::VARCHAR IS NULL OR request_class = $request_class::VARCHAR)
        AND ($platform::VARCHAR IS NULL OR platform = $platform::VARCHAR)
        AND ($jurisdiction::VARCHAR IS NULL OR jurisdiction = $jurisdiction::VARCHAR)
        AND ($gender_source::VARCHAR IS NULL OR target_gender_source = $gender_source::VARCHAR)
    GROUP BY date_trunc('hour', "at")
)

SELECT
    isodow(hours."hour" + to_seconds($zone_seconds::BIGINT)) AS weekday,
    hour(hours."hour" + to_seconds($zone_seconds::BIGINT)) AS hour_of_day,
    coalesce(sum(counted.requests), 0)::BIGINT AS requests,
    coalesce(sum(counted.fulfilled), 0)::BIGINT AS fulfilled,
    coalesce(sum(counted.partial), 0)::BIGINT AS partial,
    coalesce(sum(counted.refused), 0)::BIGINT AS refused,
    coalesce(sum(counted.errors), 0)::BIGINT AS errors,
    coalesce(sum(counted.unknown), 0)::BIGINT AS unknown,
    coalesce(sum(counted.unanswered), 0)::BIGINT AS unanswered,
    sum(hours.held) AS hours
FROM hours
LEFT JOIN counted ON hours."hour" = counted."hour"
GROUP BY ALL
ORDER BY weekday, hour_of_day
