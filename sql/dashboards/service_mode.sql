-- What this data folder has stopped: sending to channels, or publishing for research.
-- Columns: what (VARCHAR): paging or research; known_at (TIMESTAMP, UTC): since when; mode (VARCHAR): quiet; reason, neighbour (VARCHAR, the last
--   null where none): why, and the older folder, in short; live_at (TIMESTAMP, UTC, may be null): when it begins to send without a command.
-- Grain: one switch that is stopped; no row where nothing is.
WITH present AS (
    SELECT *
    FROM service_modes
    QUALIFY row_number() OVER (PARTITION BY what ORDER BY known_at DESC, folder, mode) = 1
)

SELECT
    what,
    known_at,
    mode,
    reason,
    neighbour,
    live_at
FROM present
WHERE mode = 'quiet'
ORDER BY what
