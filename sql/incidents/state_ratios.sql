-- How high surges of everything stood when they last paged. Columns: incident_id (VARCHAR), ratio (DOUBLE). Grain: one incident.
SELECT incident_id, CAST(json_extract(detail, '$.ratio') AS DOUBLE) AS ratio
FROM incident_events
WHERE event = 'due' AND json_extract_string(detail, '$.ratio') IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY incident_id ORDER BY number DESC) = 1
ORDER BY incident_id
