-- Whether events arrive here as they happen, and which classes they declare. Requests about oneself are left out of the counts.
-- They do where the newest event was taken in within an hour of happening, or where an hour in which events were taken in has events of its
-- own. Where neither holds all came later, from files.
-- Parameters: none.
-- Columns: live (BOOLEAN): whether they do; taken_in_since (TIMESTAMP, UTC, null before the first event): first minute of ingest;
--   sexualising, stated, unstated (BIGINT): requests declared sexualising, of any declared class, and of none.
-- Grain: one row.
WITH arrived AS (
    SELECT
        date_trunc('hour', "minute") AS "hour",
        min("minute") AS first_minute
    FROM feed
    WHERE accepted > 0
    GROUP BY ALL
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
    coalesce((SELECT status.newest_occurred_at >= status.as_of - INTERVAL 1 HOUR FROM status), false)
    OR EXISTS (SELECT 1 FROM coverage WHERE coverage."hour" IN (SELECT arrived."hour" FROM arrived)) AS live,
    (SELECT min(arrived.first_minute) FROM arrived) AS taken_in_since,
    asked.sexualising AS sexualising,
    asked.stated AS stated,
    asked.unstated AS unstated
FROM asked
ORDER BY live
