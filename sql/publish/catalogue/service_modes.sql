-- Whether this data folder sends anything outside and publishes for research. Grain: one change of mode.
CREATE VIEW service_modes AS
SELECT
    known_at,
    folder,
    mode,
    reason,
    neighbour,
    actor,
    comment,
    live_at,
    what
FROM files.service_modes
