-- Targets of clusters as they were decided by a full hour.
-- Parameters: $until (TIMESTAMP, UTC).
-- Columns: cluster_id, target_id (VARCHAR).
-- Grain: one target of one cluster.
SELECT DISTINCT
    cluster_id,
    target_id::VARCHAR AS target_id
FROM cluster_targets
WHERE
    decided_at <= $until
    AND decided_at = date_trunc('hour', decided_at)
ORDER BY cluster_id, target_id
