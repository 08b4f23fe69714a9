-- Transitions of incidents, never rewritten; minor flags are not among them. Grain: one transition.
CREATE VIEW incident_events AS
SELECT
    incident_id,
    number,
    happened_at,
    known_at,
    rota,
    event,
    actor,
    state,
    severity,
    reason,
    detail
FROM files.incident_events
