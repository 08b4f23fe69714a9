-- One cluster with its evidence card and what a person said of it.
-- Parameters: $cluster_id (VARCHAR).
-- Columns: cluster_id, tier, state, verdict (VARCHAR); born_at, last_active_at (TIMESTAMP, UTC); accounts, targets (BIGINT); p_value,
--   q_value (DOUBLE, may be null); evidence (VARCHAR): JSON of the evidence card; found_by (VARCHAR, may be null): look that found it
--   first (short, long, far); found_since, found_until (TIMESTAMP, UTC, may be null): its period; version (INTEGER); known_at,
--   decided_at (TIMESTAMP, UTC).
-- Grain: one row, none where there is no such cluster.
SELECT
    cluster_id,
    tier,
    state,
    verdict,
    born_at,
    last_active_at,
    accounts,
    targets,
    p_value,
    q_value,
    evidence,
    found_by,
    found_since,
    found_until,
    version,
    known_at,
    decided_at
FROM clusters
WHERE cluster_id = $cluster_id::VARCHAR
ORDER BY cluster_id
