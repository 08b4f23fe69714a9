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
QUALIFY row_number() OVER (PARTITION BY incident_id, target_id ORDER BY last_at DESC, linked_at DESC) = 1
