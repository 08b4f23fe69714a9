-- Targets of incidents. Grain: one incident and target.
CREATE VIEW incident_targets AS
SELECT
    incident_id,
    target_id,
    linked_at,
    known_at,
    last_at,
    rota
FROM files.incident_targets
QUALIFY row_number() OVER (PARTITION BY incident_id, target_id ORDER BY last_at DESC, linked_at DESC) = 1;

COMMENT ON VIEW incident_targets IS 'One row a target of an incident.';
COMMENT ON COLUMN incident_targets.incident_id IS 'The incident.';
COMMENT ON COLUMN incident_targets.target_id IS 'Pseudonym of the target.';
COMMENT ON COLUMN incident_targets.linked_at IS 'When its last activity became known (UTC).';
COMMENT ON COLUMN incident_targets.known_at IS 'When the row was written (UTC).';
COMMENT ON COLUMN incident_targets.last_at IS 'Last activity about it (UTC, event time).';
COMMENT ON COLUMN incident_targets.rota IS 'Who is responsible.';
