-- As `feed_state`, from what research may see, where nothing tells when an event was taken in: it is a feed where the newest hour with events
-- is within a week of the newest ingest.
-- Parameters: none.
-- Columns: live (BOOLEAN); newest_at (TIMESTAMP, UTC, null before the first event): end of the newest hour with events;
--   sexualising, stated, unstated (BIGINT): requests declared sexualising, of any declared class, and of none.
-- Grain: one row.
WITH newest AS (
    SELECT max("hour") + INTERVAL 1 HOUR AS "at"
    FROM coverage
),

asked AS (
    SELECT
        coalesce(sum(requests) FILTER (request_class = 'sexualising'), 0)::BIGINT AS sexualising,
        coalesce(sum(requests) FILTER (request_class <> 'unknown'), 0)::BIGINT AS stated,
        coalesce(sum(requests) FILTER (request_class = 'unknown'), 0)::BIGINT AS unstated
    FROM requests_day
    WHERE NOT is_self
)

SELECT
    coalesce(newest."at" >= (SELECT status.as_of FROM status) - INTERVAL 7 DAY, true) AS live,
    newest."at" AS newest_at,
    asked.sexualising AS sexualising,
    asked.stated AS stated,
    asked.unstated AS unstated
FROM asked
CROSS JOIN newest
ORDER BY live
