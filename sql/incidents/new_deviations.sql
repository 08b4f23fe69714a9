-- Versions of {table} that were written since then. Parameters: $since (TIMESTAMP). Columns: as that table.
-- Grain: one surge_id and version.
SELECT * REPLACE (CAST(target_id AS VARCHAR) AS target_id)
FROM {table}
WHERE known_at >= $since
ORDER BY decided_at, surge_id, version
