-- What is to be sent, with all that was ever to be sent about the same incidents, oldest first. Incidents that were told in
-- one page belong together. Parameters: $since (TIMESTAMP, UTC: newest message at or after it).
-- Columns: intent_id (VARCHAR); created_at, not_before (TIMESTAMP, UTC); incident_id, dedup_key, kind, severity, rota,
-- payload (VARCHAR); event_number (INTEGER). Grain: one row an intent.
WITH recent AS (
    SELECT DISTINCT dedup_key
    FROM outbox
    WHERE created_at >= $since
),
together AS (
    SELECT DISTINCT deliveries.reference
    FROM deliveries
    INNER JOIN outbox ON deliveries.intent_id = outbox.intent_id
    INNER JOIN recent ON outbox.dedup_key = recent.dedup_key
    WHERE starts_with(deliveries.reference, 'veille-bundle-')
),
wanted AS (
    SELECT dedup_key FROM recent
    UNION
    SELECT outbox.dedup_key
    FROM deliveries
    INNER JOIN together ON deliveries.reference = together.reference
    INNER JOIN outbox ON deliveries.intent_id = outbox.intent_id
)
SELECT
    outbox.intent_id,
    outbox.created_at,
    outbox.not_before,
    outbox.incident_id,
    outbox.event_number,
    outbox.dedup_key,
    outbox.kind,
    outbox.severity,
    outbox.rota,
    outbox.payload
FROM outbox
INNER JOIN wanted ON outbox.dedup_key = wanted.dedup_key
ORDER BY outbox.created_at, outbox.incident_id, outbox.event_number, outbox.intent_id
