-- All versions of the targets of clusters of which anything was written since then. Parameters: $since (TIMESTAMP).
-- Columns: as the table cluster_targets. Grain: one cluster_id, target_id and version.
SELECT * REPLACE (CAST(target_id AS VARCHAR) AS target_id)
FROM cluster_targets
WHERE
    cluster_id IN (SELECT cluster_id FROM clusters WHERE known_at >= $since)
    OR cluster_id IN (SELECT cluster_id FROM cluster_targets WHERE known_at >= $since)
ORDER BY decided_at, cluster_id, target_id, version
