-- How many mentions were left out of the counts of targets in a period, for want of memory.
-- Parameters: $since, $until (TIMESTAMP, UTC).
-- Columns: mentions (BIGINT): 0 in the ordinary case.
-- Grain: one row.
SELECT coalesce(sum(mentions), 0)::BIGINT AS mentions
FROM mentions_left_out
WHERE hour >= time_bucket(INTERVAL 1 HOUR, $since::TIMESTAMP) AND hour < $until::TIMESTAMP
ORDER BY mentions
