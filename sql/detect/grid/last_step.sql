-- The latest step of one detector that was noted. Parameters: $detector (VARCHAR).
-- Columns: step_at (TIMESTAMP, UTC), null where there is none. Grain: one row.
SELECT max(step_at) AS step_at
FROM detector_steps
WHERE detector = $detector
