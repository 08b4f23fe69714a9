-- The newest event that is not later than a time. Parameters: $until (TIMESTAMP, UTC).
-- Columns: occurred_at (TIMESTAMP, UTC), null where there is none. Grain: one row.
SELECT max(occurred_at) AS occurred_at
FROM (
    SELECT max(occurred_at) AS occurred_at FROM mentions WHERE occurred_at <= $until
    UNION ALL
    SELECT max(occurred_at) AS occurred_at FROM generations WHERE occurred_at <= $until
) AS events
