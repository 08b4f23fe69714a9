-- Whether this data folder sends anything outside now.
-- Columns: known_at (TIMESTAMP, UTC): since when; mode (VARCHAR): live or quiet; reason, neighbour (VARCHAR, the last null where none): why, and the older folder, in short;
-- live_at (TIMESTAMP, UTC, may be null): when a quiet folder begins to send without a command.
-- Grain: at most one row.
SELECT
    known_at,
    mode,
    reason,
    neighbour,
    live_at
FROM service_modes
ORDER BY known_at DESC, folder, mode
LIMIT 1
