-- exchanges of mentions with since <= occurred_at < until, much faster than the view at millions of rows. Head of the macro; its body
-- is the file exchanges. Only answers made from one day before `since` on are looked at.
-- Parameters: since, until (TIMESTAMP, UTC). Columns and grain: as exchanges.
CREATE MACRO exchanges_between(since, until) AS TABLE
WITH mentions AS (
    SELECT * FROM files.mentions
    WHERE occurred_at >= since::TIMESTAMP AND occurred_at < until::TIMESTAMP
),

generations AS (
    SELECT * FROM files.generations
    WHERE occurred_at >= since::TIMESTAMP - INTERVAL 1 DAY AND mention_id IN (SELECT event_id FROM mentions)
),

moderations AS (
    SELECT * FROM files.moderations
    WHERE occurred_at >= since::TIMESTAMP - INTERVAL 1 DAY
)
