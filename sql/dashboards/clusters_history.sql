-- The life of one cluster.
-- Parameters: $cluster_id (VARCHAR).
-- Columns: happened_at (TIMESTAMP, UTC); event (VARCHAR: born, grown, shrunk, merged, split, dormant, returned); detail (VARCHAR): accounts or
--   clusters concerned.
-- Grain: one event.
SELECT
    happened_at,
    "event",
    detail
FROM cluster_history
WHERE cluster_id = $cluster_id::VARCHAR
ORDER BY happened_at, "event", detail
