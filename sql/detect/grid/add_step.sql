-- Note one live step. Parameters: $detector (VARCHAR), $step_at, $started_at (TIMESTAMP, UTC), $seconds (DOUBLE), $skipped (INTEGER).
INSERT INTO detector_steps
VALUES ($detector, $step_at, $started_at, $seconds, $skipped)
