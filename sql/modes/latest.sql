-- What a folder does now; no row where that was never decided. Parameters: $folder (VARCHAR). Columns: known_at, mode, reason, neighbour, actor,
-- comment, live_at. Grain: at most one row.
SELECT known_at, mode, reason, neighbour, actor, comment, live_at
FROM service_modes
WHERE folder = $folder
ORDER BY known_at DESC, mode
LIMIT 1
