-- Whom the members of one cluster mention.
-- Parameters: $cluster_id (VARCHAR).
-- Columns: target_id (UUID); accounts, mentions (BIGINT): members, and their mentions; burden (BIGINT): mentions by anybody in the same period;
--   first_at, last_at (TIMESTAMP, UTC).
-- Grain: one target.
SELECT
    target_id,
    accounts,
    mentions,
    burden,
    first_at,
    last_at
FROM cluster_targets
WHERE cluster_id = $cluster_id::VARCHAR
ORDER BY accounts DESC, mentions DESC, target_id
