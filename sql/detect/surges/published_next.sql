-- The oldest published mention or generation of a period. Parameters: $since, $until (TIMESTAMP, UTC): event time, half-open.
-- Columns: occurred_at (TIMESTAMP, UTC), null where there is none. Grain: one row.
SELECT min(occurred_at) AS occurred_at
FROM (
    SELECT min(occurred_at) AS occurred_at FROM mentions WHERE occurred_at >= $since AND occurred_at < $until
    UNION ALL
    SELECT min(occurred_at) AS occurred_at FROM generations WHERE occurred_at >= $since AND occurred_at < $until
) AS events
