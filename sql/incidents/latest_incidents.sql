-- Present state of every incident. Columns: as the table incidents. Grain: one incident_id.
SELECT *
FROM incidents
QUALIFY row_number() OVER (PARTITION BY incident_id ORDER BY version DESC) = 1
ORDER BY opened_at DESC, incident_id
