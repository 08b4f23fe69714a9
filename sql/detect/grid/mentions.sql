-- How many mentions there are from a time on. Parameters: $since (TIMESTAMP, UTC).
-- Columns: mentions (BIGINT). Grain: one row.
SELECT count(*) AS mentions
FROM mentions
WHERE occurred_at >= $since
