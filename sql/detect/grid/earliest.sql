-- The oldest event of new batches. Parameters: $batch (BIGINT): newest batch that was read already.
-- Columns: occurred_at (TIMESTAMP, UTC), null where there is none. Grain: one row.
SELECT min(occurred_at) AS occurred_at
FROM (
    SELECT
        occurred_at,
        batch
    FROM mentions
    UNION ALL
    SELECT
        occurred_at,
        batch
    FROM generations
) AS events
WHERE batch > $batch
