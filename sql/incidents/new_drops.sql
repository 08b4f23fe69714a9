-- Versions of drops that were written since then. Parameters: $since (TIMESTAMP). Columns: as the table drops.
-- Grain: one surge_id and version.
SELECT * REPLACE (CAST(target_id AS VARCHAR) AS target_id)
FROM drops
WHERE known_at >= $since
ORDER BY decided_at, surge_id, version
