-- Requests with since <= time of the mention < until: whole hours from requests_hour, the parts of hours at the ends from the mentions
-- themselves. Every page counts a period by this, so a period is the same on all of them.
-- Parameters: since, until (TIMESTAMP, UTC). Columns: as requests_hour, but at (TIMESTAMP, UTC) in place of hour: start of the hour, or of the
-- minute at the ends.
-- Grain: one combination of keys, or one request at the ends.
CREATE MACRO requests_between(since, until) AS TABLE
SELECT
    "hour" AS "at",
    platform,
    generator,
    request_class,
    is_self,
    outcome,
    "language",
    jurisdiction,
    target_gender,
    target_gender_source,
    target_is_public_figure,
    requests
FROM requests_hour
WHERE
    "hour" >= date_trunc('hour', since::TIMESTAMP + INTERVAL 3599999999 MICROSECOND)
    AND "hour" < date_trunc('hour', until::TIMESTAMP)
UNION ALL
SELECT
    date_trunc('minute', occurred_at) AS "at",
    platform,
    generator,
    request_class,
    is_self,
    outcome,
    "language",
    jurisdiction,
    target_gender,
    target_gender_source,
    target_is_public_figure,
    1 AS requests
FROM (
    SELECT *
    FROM exchanges_between(
        since, least(until::TIMESTAMP, date_trunc('hour', since::TIMESTAMP + INTERVAL 3599999999 MICROSECOND))
    )
    UNION ALL
    SELECT *
    FROM exchanges_between(
        greatest(date_trunc('hour', until::TIMESTAMP), date_trunc('hour', since::TIMESTAMP + INTERVAL 3599999999 MICROSECOND)),
        until
    )
) AS ends
