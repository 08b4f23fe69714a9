-- Generations with since <= time they were made < until: whole hours from production_hour, the parts of hours at the ends from
-- production_minute.
-- Parameters: since, until (TIMESTAMP, UTC). Columns: as production_hour, but at (TIMESTAMP, UTC) in place of hour: start of the hour, or of
-- the minute at the ends.
-- Grain: one combination of keys.
CREATE MACRO production_between(since, until) AS TABLE
SELECT "hour" AS "at", * EXCLUDE ("hour")
FROM production_hour
WHERE
    "hour" >= date_trunc('hour', since::TIMESTAMP + INTERVAL 3599999999 MICROSECOND)
    AND "hour" < date_trunc('hour', until::TIMESTAMP)
UNION ALL
SELECT "minute" AS "at", * EXCLUDE ("minute")
FROM production_minute
WHERE
    "minute" >= since::TIMESTAMP
    AND "minute" < until::TIMESTAMP
    AND NOT (
        "minute" >= date_trunc('hour', since::TIMESTAMP + INTERVAL 3599999999 MICROSECOND)
        AND "minute" < date_trunc('hour', until::TIMESTAMP)
    )
