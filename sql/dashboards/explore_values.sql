-- What filters can be set to: values met in a period, the most frequent first.
-- Parameters: $since, $until (TIMESTAMP, UTC): days that begin in [day of since, until).
-- Columns: filter (VARCHAR: platform, jurisdiction, gender_source); found (VARCHAR); requests (BIGINT).
-- Grain: one filter and value.
WITH days AS (
    SELECT
        platform,
        jurisdiction,
        target_gender_source,
        sum(requests) AS requests
    FROM requests_day
    WHERE "day" >= date_trunc('day', $since::TIMESTAMP) AND "day" < $until::TIMESTAMP
    GROUP BY ALL
),

long AS (
    SELECT 'platform' AS filter, platform AS found, requests FROM days
    UNION ALL
    SELECT 'jurisdiction' AS filter, jurisdiction AS found, requests FROM days
    UNION ALL
    SELECT 'gender_source' AS filter, target_gender_source AS found, requests FROM days
)

SELECT
    filter,
    found,
    sum(requests)::BIGINT AS requests
FROM long
WHERE found IS NOT NULL
GROUP BY filter, found
HAVING sum(requests) > 0
ORDER BY filter, requests DESC, found
