-- When the newest batch was written. Columns: committed_at (TIMESTAMP, UTC). Grain: at most one row.
SELECT committed_at
FROM batches
ORDER BY batch DESC
LIMIT 1
