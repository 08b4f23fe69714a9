-- Incidents whose id begins so. Parameters: $prefix (VARCHAR, lower-case hex). Columns: as the table incidents. Grain: one incident_id.
SELECT *
FROM incidents
WHERE starts_with(incident_id, $prefix)
QUALIFY row_number() OVER (PARTITION BY incident_id ORDER BY version DESC) = 1
ORDER BY incident_id
LIMIT 2
