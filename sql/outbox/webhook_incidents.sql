-- Incidents behind a receiver's key: the one of that key, or all that one page told of. Parameters: $key (VARCHAR).
-- Columns: incident_id (VARCHAR). Grain: one row an incident.
SELECT DISTINCT outbox.incident_id
FROM outbox
LEFT JOIN deliveries ON outbox.intent_id = deliveries.intent_id AND deliveries.reference = $key
WHERE outbox.incident_id IS NOT NULL
    AND (outbox.dedup_key = $key OR deliveries.reference IS NOT NULL)
ORDER BY outbox.incident_id
