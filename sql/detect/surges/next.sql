-- The oldest event from a time on, of mentions and generations. Parameters: $first, $last (BIGINT): batches, both included;
-- $since (TIMESTAMP, UTC): event time.
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
WHERE batch BETWEEN $first AND $last AND occurred_at >= $since
