-- Mentions by hour, to tell whether a cluster met when everybody was there.
-- Parameters: $since, $until (TIMESTAMP, UTC): the period [since, until); $classes (VARCHAR[]): request classes.
-- Columns: hour (TIMESTAMP, UTC), mentions (BIGINT).
-- Grain: one hour with any.
SELECT
    date_trunc('hour', occurred_at) AS "hour",
    count(*) AS mentions
FROM mentions
WHERE
    occurred_at >= $since
    AND occurred_at < $until
    AND NOT is_self
    AND target_id IS NOT NULL
    AND list_contains($classes::VARCHAR[], request_class)
GROUP BY "hour"
ORDER BY "hour"
