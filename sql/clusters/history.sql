-- The life of a cluster, oldest first.
-- Parameters: $cluster_id (VARCHAR).
-- Columns: happened_at (TIMESTAMP, UTC), event, detail (VARCHAR).
-- Grain: one event.
SELECT DISTINCT
    happened_at,
    event,
    detail
FROM cluster_history
WHERE cluster_id = $cluster_id
ORDER BY happened_at, event, detail
