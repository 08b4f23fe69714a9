-- How far the detectors are. Columns: detected_until (TIMESTAMP, UTC), batch (BIGINT), live (BOOLEAN). Grain: at most one row.
SELECT
    detected_until,
    batch,
    live
FROM detection_progress
