-- All versions of the members of clusters of which anything was written since then. Parameters: $since (TIMESTAMP).
-- Columns: as the table cluster_members. Grain: one cluster_id, account_id and version.
SELECT * REPLACE (CAST(account_id AS VARCHAR) AS account_id)
FROM cluster_members
WHERE
    cluster_id IN (SELECT cluster_id FROM clusters WHERE known_at >= $since)
    OR cluster_id IN (SELECT cluster_id FROM cluster_targets WHERE known_at >= $since)
ORDER BY decided_at, cluster_id, account_id, version
