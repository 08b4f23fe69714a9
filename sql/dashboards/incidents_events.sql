-- Everything that happened to one incident, in order.
-- Parameters: $incident_id (VARCHAR).
-- Columns: number (INTEGER, from 1); happened_at, known_at (TIMESTAMP, UTC); event, actor, state, severity, reason, detail (VARCHAR; detail is
--   JSON).
-- Grain: one event.
SELECT
    "number",
    happened_at,
    known_at,
    "event",
    actor,
    state,
    severity,
    reason,
    detail
FROM incident_events
WHERE incident_id = $incident_id::VARCHAR
ORDER BY "number"
