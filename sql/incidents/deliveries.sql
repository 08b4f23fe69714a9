-- What was sent about an incident. Parameters: $incident_id (VARCHAR). Columns: intent_id, kind (VARCHAR), created_at (TIMESTAMP),
-- channel (VARCHAR), attempt (INTEGER), tried_at (TIMESTAMP), outcome (VARCHAR). Grain: one attempt, or one intent not yet tried.
SELECT o.intent_id, o.kind, o.created_at, d.channel, d.attempt, d.tried_at, d.outcome
FROM outbox AS o
LEFT JOIN deliveries AS d USING (intent_id)
WHERE o.incident_id = $incident_id
ORDER BY o.created_at, o.intent_id, d.tried_at, d.channel, d.attempt
