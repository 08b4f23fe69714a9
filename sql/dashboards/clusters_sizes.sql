-- How large one cluster was, by event time.
-- Parameters: $cluster_id (VARCHAR).
-- Columns: decided_at (TIMESTAMP, UTC); accounts, targets (BIGINT); tier, state (VARCHAR).
-- Grain: one version.
SELECT
    decided_at,
    accounts,
    targets,
    tier,
    state
FROM clusters_versions
WHERE cluster_id = $cluster_id::VARCHAR
ORDER BY decided_at, version
