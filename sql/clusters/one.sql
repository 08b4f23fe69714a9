-- The cluster whose id begins like this, as it is now.
-- Parameters: $prefix (VARCHAR): begin of a cluster_id.
-- Columns: cluster_id, tier, state (VARCHAR), born_at, last_active_at (TIMESTAMP, UTC), accounts, targets (BIGINT), p_value (DOUBLE),
--   evidence (VARCHAR, JSON); found_by (VARCHAR: short, long, far), found_since, found_until (TIMESTAMP, UTC): the look that found it
--   first, may be null.
-- Grain: one cluster; several where the begin is not enough.
SELECT
    cluster_id,
    tier,
    state,
    born_at,
    last_active_at,
    accounts,
    targets,
    p_value,
    evidence,
    found_by,
    found_since,
    found_until
FROM clusters
WHERE starts_with(cluster_id, $prefix::VARCHAR)
QUALIFY row_number() OVER (PARTITION BY cluster_id ORDER BY version DESC) = 1
ORDER BY cluster_id
LIMIT 2
