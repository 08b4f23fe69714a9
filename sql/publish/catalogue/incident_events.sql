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
FROM files.incident_events;

COMMENT ON VIEW incident_events IS 'One row a transition of an incident: who, when and why.';
COMMENT ON COLUMN incident_events.incident_id IS 'The incident.';
COMMENT ON COLUMN incident_events.number IS 'Counts from 1 within the incident.';
COMMENT ON COLUMN incident_events.happened_at IS 'When it happened (UTC): the clock live, event time in a replay.';
COMMENT ON COLUMN incident_events.known_at IS 'When the row was written (UTC).';
COMMENT ON COLUMN incident_events.rota IS 'Who is responsible: abuse or health.';
COMMENT ON COLUMN incident_events.event IS 'opened, grown, severity, due, paged, digested, acknowledged, assigned, commented, suppressed, released, resolved, reopened, merged or referred.';
COMMENT ON COLUMN incident_events.actor IS 'A person, or veille.';
COMMENT ON COLUMN incident_events.state IS 'State after it.';
COMMENT ON COLUMN incident_events.severity IS 'Severity after it.';
COMMENT ON COLUMN incident_events.reason IS 'What the person said, or why Veille did it.';
COMMENT ON COLUMN incident_events.detail IS 'JSON: what it changed.';
