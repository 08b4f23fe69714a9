-- What persons said of a cluster, oldest first.
-- Parameters: $cluster_id (VARCHAR).
-- Columns: decided_at (TIMESTAMP, UTC), verdict, reason, actor (VARCHAR).
-- Grain: one verdict.
SELECT
    decided_at,
    verdict,
    reason,
    actor
FROM cluster_verdicts
WHERE cluster_id = $cluster_id
ORDER BY version
