-- How far detection is while it works through history or an outage: at least an hour of event time waits to be decided.
-- Columns: decided_until, events_until (TIMESTAMP, UTC): what is decided, and what has arrived.
-- Grain: at most one row.
WITH latest AS (
    SELECT
        detector,
        max(step_at) AS step_at,
        max(started_at) AS started_at
    FROM detector_steps
    GROUP BY detector
)

SELECT
    min(latest.step_at) AS decided_until,
    max(status.watermark) AS events_until
FROM latest
CROSS JOIN status
WHERE latest.started_at >= status.published_at - INTERVAL 10 MINUTE
HAVING min(latest.step_at) < max(status.watermark) - INTERVAL 1 HOUR
ORDER BY decided_until
