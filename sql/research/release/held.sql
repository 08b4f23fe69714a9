-- What a catalogue holds, for the defaults of a question and for why it has no answer.
-- Parameters: none.
-- Columns: since, until (TIMESTAMP, UTC, null before the first event): first hour with a mention or generation, end of the last one;
--   generations, moderations (BIGINT): hours with any; sexualising, stated, unstated (BIGINT): requests declared sexualising, of any
--   declared class, and of none, those about oneself left out.
-- Grain: one row.
WITH hours AS (
    SELECT
        min("hour") FILTER (event_type <> 'moderation') AS since,
        max("hour") FILTER (event_type <> 'moderation') + INTERVAL 1 HOUR AS "until",
        count(*) FILTER (event_type = 'generation') AS generations,
        count(*) FILTER (event_type = 'moderation') AS moderations
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
    hours.since AS since,
    hours."until" AS "until",
    hours.generations AS generations,
    hours.moderations AS moderations,
    asked.sexualising AS sexualising,
    asked.stated AS stated,
    asked.unstated AS unstated
FROM hours
CROSS JOIN asked
ORDER BY since
