-- Clusters whose members mention one person, latest first; those that a person rejected are left out.
-- Parameters: $target_id (UUID).
-- Columns: cluster_id, tier, verdict (VARCHAR); accounts (BIGINT): members that mention her; members (BIGINT): of the cluster; mentions,
--   burden (BIGINT): by them, and by anybody in the same period; first_at, last_at (TIMESTAMP, UTC).
-- Grain: one cluster.
SELECT
    cluster_targets.cluster_id AS cluster_id,
    clusters.tier AS tier,
    clusters.verdict AS verdict,
    cluster_targets.accounts AS accounts,
    clusters.accounts AS members,
    cluster_targets.mentions AS mentions,
    cluster_targets.burden AS burden,
    cluster_targets.first_at AS first_at,
    cluster_targets.last_at AS last_at
FROM cluster_targets
INNER JOIN clusters ON cluster_targets.cluster_id = clusters.cluster_id
WHERE
    cluster_targets.target_id = $target_id::UUID
    AND clusters.verdict <> 'rejected'
ORDER BY last_at DESC, cluster_id
