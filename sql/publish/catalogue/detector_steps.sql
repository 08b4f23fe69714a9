-- Live steps of the detectors of the last two weeks. Grain: one step.
CREATE VIEW detector_steps AS
SELECT
    detector,
    step_at,
    started_at,
    seconds,
    skipped
FROM files.detector_steps
