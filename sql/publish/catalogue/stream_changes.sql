-- Logs that did not fit the position. Grain: one partition and change.
CREATE VIEW stream_changes AS
SELECT
    known_at,
    topic,
    partition,
    reason,
    log_id,
    wanted,
    start,
    lost
FROM files.stream_changes
