-- The timeline of an incident. Parameters: $incident_id (VARCHAR). Columns: as the table incident_events. Grain: one event, in order.
SELECT *
FROM incident_events
WHERE incident_id = $incident_id
ORDER BY number
