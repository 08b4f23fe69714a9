-- Whether this data folder sends anything outside now.
-- Columns: known_at (TIMESTAMP, UTC): since when; mode (VARCHAR): live or quiet; neighbour (VARCHAR, null where none): the older folder, in short.
-- Grain: at most one row.
SELECT
    known_at,
    mode,
    neighbour
FROM service_modes
ORDER BY known_at DESC, folder, mode
LIMIT 1
