-- What became of the messages, newest first. Parameters: $incident_id (VARCHAR, null for all); $limit (BIGINT).
-- Columns: intent_id, incident_id, kind, severity, rota, channel, outcome, detail (VARCHAR); attempt (INTEGER); created_at, tried_at,
-- next_at (TIMESTAMP, UTC). Grain: one row a message and channel, its last attempt.
SELECT
    outbox.intent_id,
    outbox.incident_id,
    outbox.kind,
    outbox.severity,
    outbox.rota,
    deliveries.channel,
    deliveries.attempt,
    deliveries.outcome,
    deliveries.detail,
    outbox.created_at,
    deliveries.tried_at,
    deliveries.next_at
FROM outbox
LEFT JOIN deliveries ON outbox.intent_id = deliveries.intent_id
WHERE outbox.incident_id = $incident_id OR $incident_id IS NULL
QUALIFY row_number() OVER (
    PARTITION BY outbox.intent_id, deliveries.channel
    ORDER BY deliveries.attempt DESC, deliveries.outcome = 'sending', deliveries.tried_at DESC
) = 1
ORDER BY outbox.created_at DESC, outbox.intent_id, deliveries.channel
LIMIT $limit
