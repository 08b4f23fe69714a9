-- What a folder does now; no row where that was never decided. Parameters: $folder, $what (VARCHAR): paging or research. Columns: known_at, mode, reason, neighbour, actor,
-- comment, live_at, what. Grain: at most one row.
SELECT known_at, mode, reason, neighbour, actor, comment, live_at, what
FROM service_modes
WHERE folder = $folder AND what = $what
ORDER BY known_at DESC, mode
LIMIT 1
