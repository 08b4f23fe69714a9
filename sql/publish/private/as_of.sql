-- When the last published batch was ingested. Parameters: $published (BIGINT). Columns: as_of (TIMESTAMP, UTC). Grain: at most one row.
SELECT committed_at AS as_of
FROM batches
WHERE batch = $published
