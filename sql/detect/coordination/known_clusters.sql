-- Clusters as they were decided by a full hour; early looks decide nothing.
-- Parameters: $until (TIMESTAMP, UTC).
-- Columns: cluster_id, tier, state (VARCHAR), born_at, last_active_at (TIMESTAMP, UTC), evidence (VARCHAR, JSON); found_by (VARCHAR),
--   found_since, found_until (TIMESTAMP, UTC): the look that found it first, may be null.
-- Grain: one cluster.
SELECT
    cluster_id,
    tier,
    state,
    born_at,
    last_active_at,
    evidence,
    found_by,
    found_since,
    found_until
FROM clusters
WHERE
    decided_at <= $until
    AND decided_at = date_trunc('hour', decided_at)
QUALIFY row_number() OVER (PARTITION BY cluster_id ORDER BY version DESC) = 1
ORDER BY cluster_id
