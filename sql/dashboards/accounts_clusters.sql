-- Clusters to which one account belongs or belonged, latest first; those that a person rejected are left out.
-- Parameters: $account_id (UUID).
-- Columns: cluster_id, tier, verdict, role (VARCHAR); since, until (TIMESTAMP, UTC; until null while it is a member); accounts (BIGINT): members of
--   the cluster; last_active_at (TIMESTAMP, UTC): of the cluster.
-- Grain: one cluster and membership.
SELECT
    clusters.cluster_id AS cluster_id,
    clusters.tier AS tier,
    clusters.verdict AS verdict,
    cluster_members."role" AS "role",
    cluster_members.since AS since,
    cluster_members.until AS until,
    clusters.accounts AS accounts,
    clusters.last_active_at AS last_active_at
FROM cluster_members
INNER JOIN clusters ON cluster_members.cluster_id = clusters.cluster_id
WHERE
    cluster_members.account_id = $account_id::UUID
    AND clusters.verdict <> 'rejected'
ORDER BY clusters.last_active_at DESC, clusters.cluster_id, cluster_members.since
