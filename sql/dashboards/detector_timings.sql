-- How long the detectors' steps took in a period, and how far behind they are.
-- Parameters: $since, $until (TIMESTAMP, UTC, half-open): when steps began, by the service's clock.
-- Columns: detector (VARCHAR); steps, skipped (BIGINT): steps, and grid points that a step covered besides its own; p50, p95, longest (DOUBLE,
--   seconds); last_started (TIMESTAMP, UTC); decided_until (TIMESTAMP, UTC): event time of the newest step.
-- Grain: one detector.
SELECT
    detector,
    count(*) AS steps,
    sum(skipped)::BIGINT AS skipped,
    quantile_cont(seconds, 0.5) AS p50,
    quantile_cont(seconds, 0.95) AS p95,
    max(seconds) AS longest,
    max(started_at) AS last_started,
    max(step_at) AS decided_until
FROM detector_steps
WHERE started_at >= $since::TIMESTAMP AND started_at < $until::TIMESTAMP
GROUP BY detector
ORDER BY detector
