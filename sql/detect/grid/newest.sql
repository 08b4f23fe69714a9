-- The newest event. Columns: occurred_at (TIMESTAMP, UTC), null where there is none. Grain: one row.
SELECT max(occurred_at) AS occurred_at
FROM (
    SELECT max(occurred_at) AS occurred_at
    FROM mentions
    UNION ALL
    SELECT max(occurred_at) AS occurred_at
    FROM generations
) AS events
