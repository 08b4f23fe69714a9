-- Requests and their final answers by hour of the day and day of the week. Requests about oneself are left out.
-- Parameters: $since, $until (TIMESTAMP, UTC): hours that begin in them; $zone_seconds (BIGINT): what the zone is ahead of UTC;
--   $request_class, $platform, $jurisdiction, $gender_source (VARCHAR): null takes all.
-- Columns: weekday (BIGINT, 1 is Monday); hour_of_day (BIGINT, 0 to 23); requests, fulfilled, partial, refused, errors, unknown, unanswered (BIGINT);
--   hours (BIGINT): such hours in the period, also those without a request.
-- Grain: one hour of the week that the period holds.
WITH hours AS (
    SELECT unnest(generate_series(
        date_trunc('hour', $since::TIMESTAMP + INTERVAL 59 MINUTE + INTERVAL 59 SECOND), $until::TIMESTAMP - INTERVAL 1 SECOND, INTERVAL 1 HOUR
    )) AS "hour"
),

counted AS (
    SELECT
        "hour",
        sum(requests)::BIGINT AS requests,
        coalesce(sum(requests) FILTER (outcome = 'fulfilled'), 0)::BIGINT AS fulfilled,
        coalesce(sum(requests) FILTER (outcome = 'partial'), 0)::BIGINT AS partial,
        coalesce(sum(requests) FILTER (outcome = 'refused'), 0)::BIGINT AS refused,
        coalesce(sum(requests) FILTER (outcome = 'error'), 0)::BIGINT AS errors,
        coalesce(sum(requests) FILTER (outcome = 'unknown'), 0)::BIGINT AS unknown,
        coalesce(sum(requests) FILTER (outcome = 'unanswered'), 0)::BIGINT AS unanswered
    FROM requests_hour
    WHERE
        "hour" >= $since::TIMESTAMP
        AND "hour" < $until::TIMESTAMP
        AND NOT is_self
        AND ($request_class::VARCHAR IS NULL OR request_class = $request_class::VARCHAR)
        AND ($platform::VARCHAR IS NULL OR platform = $platform::VARCHAR)
        AND ($jurisdiction::VARCHAR IS NULL OR jurisdiction = $jurisdiction::VARCHAR)
        AND ($gender_source::VARCHAR IS NULL OR target_gender_source = $gender_source::VARCHAR)
    GROUP BY "hour"
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
    count(*) AS hours
FROM hours
LEFT JOIN counted ON hours."hour" = counted."hour"
GROUP BY ALL
ORDER BY weekday, hour_of_day
