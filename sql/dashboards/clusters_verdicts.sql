-- What people said of one cluster, first to last.
-- Parameters: $cluster_id (VARCHAR).
-- Columns: known_at (TIMESTAMP, UTC); verdict (VARCHAR: confirmed, rejected, open); reason, actor (VARCHAR).
-- Grain: one verdict.
SELECT
    known_at,
    verdict,
    reason,
    actor
FROM cluster_verdicts_versions
WHERE cluster_id = $cluster_id::VARCHAR
ORDER BY known_at, version
