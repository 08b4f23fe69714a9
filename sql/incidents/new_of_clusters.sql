-- All versions in {table} of clusters of which anything was written since then. Parameters: $since (TIMESTAMP).
-- Columns: as that table. Grain: one cluster_id, {person} and version.
SELECT * REPLACE (CAST({person} AS VARCHAR) AS {person})
FROM {table}
WHERE
    cluster_id IN (SELECT cluster_id FROM clusters WHERE known_at >= $since)
    OR cluster_id IN (SELECT cluster_id FROM cluster_targets WHERE known_at >= $since)
ORDER BY decided_at, cluster_id, {person}, version
