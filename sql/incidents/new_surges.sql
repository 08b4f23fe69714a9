-- Versions of surges that were written since then. Parameters: $since (TIMESTAMP). Columns: as the table surges.
-- Grain: one surge_id and version.
SELECT * REPLACE (CAST(target_id AS VARCHAR) AS target_id)
FROM surges
WHERE known_at >= $since
ORDER BY decided_at, surge_id, version
