-- Whether this data folder sends anything outside. Grain: one change of mode.
CREATE VIEW service_modes AS
SELECT
    known_at,
    folder,
    mode,
    reason,
    neighbour,
    actor,
    comment,
    live_at
FROM files.service_modes
