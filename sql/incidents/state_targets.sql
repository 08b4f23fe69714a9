-- Targets of incidents with the last activity there. Columns: as the table incident_targets. Grain: one incident_id and target_id.
SELECT *
FROM incident_targets
QUALIFY row_number() OVER (PARTITION BY incident_id, target_id ORDER BY last_at DESC, linked_at DESC) = 1
ORDER BY incident_id, target_id
