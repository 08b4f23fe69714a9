-- Note how far the detectors are. Parameters: $detected_until (TIMESTAMP, UTC), $batch (BIGINT): newest batch they read, $live (BOOLEAN).
DELETE FROM detection_progress;
INSERT INTO detection_progress
VALUES ($detected_until, $batch, $live)
