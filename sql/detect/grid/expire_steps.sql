-- Forget old steps. Parameters: $before (TIMESTAMP, UTC).
DELETE FROM detector_steps
WHERE started_at < $before
