-- Versions of clusters that were written since then, for clusters of which anything was. Parameters: $since (TIMESTAMP).
-- Columns: as the table clusters, without evidence. Grain: one cluster_id and version.
SELECT * EXCLUDE (evidence)
FROM clusters
WHERE
    cluster_id IN (SELECT cluster_id FROM clusters WHERE known_at >= $since)
    OR cluster_id IN (SELECT cluster_id FROM cluster_targets WHERE known_at >= $since)
ORDER BY decided_at, cluster_id, version
