-- Events of the months that a period touches which are not published, of all relations together.
-- Parameters: since, until (TIMESTAMP, UTC). Columns: at_most (BIGINT): a bound. Grain: one row.
CREATE MACRO held_back_within(since, until) AS TABLE
SELECT coalesce(sum(held_back), 0)::BIGINT AS at_most
FROM releases
WHERE "month" < until::TIMESTAMP AND "month" + INTERVAL 1 MONTH > since::TIMESTAMP
