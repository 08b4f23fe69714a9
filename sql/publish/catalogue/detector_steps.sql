-- Live steps of the detectors of the last two weeks. Grain: one step.
CREATE VIEW detector_steps AS
SELECT
    detector,
    step_at,
    started_at,
    seconds,
    skipped
FROM files.detector_steps;

COMMENT ON VIEW detector_steps IS 'One row a live step of a detector, kept for two weeks.';
COMMENT ON COLUMN detector_steps.detector IS 'Which detector.';
COMMENT ON COLUMN detector_steps.step_at IS 'Event time (UTC) that the step decided up to.';
COMMENT ON COLUMN detector_steps.started_at IS 'When it began (UTC).';
COMMENT ON COLUMN detector_steps.seconds IS 'How long it took.';
COMMENT ON COLUMN detector_steps.skipped IS 'Steps that came due while an earlier one ran.';
