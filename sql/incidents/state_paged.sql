-- Pages about abuse that went out by themselves since then: what the page brake counts.
-- Parameters: $since (TIMESTAMP). Columns: incident_id (VARCHAR), happened_at (TIMESTAMP, UTC). Grain: one page, in order of time.
SELECT incident_id, happened_at
FROM incident_events
WHERE event = 'paged' AND rota = 'abuse' AND json_extract_string(detail, '$.kind') = 'trigger' AND happened_at >= $since
ORDER BY happened_at, incident_id, number
