-- What was tried, of all intents since a time and of the incidents they are about; the outcome of an attempt replaces its begin.
-- Parameters: $since (TIMESTAMP, UTC). Columns: intent_id, channel, outcome, reference, detail (VARCHAR); attempt (INTEGER);
-- tried_at, next_at (TIMESTAMP, UTC). Grain: one row an attempt; a row with an empty intent_id notes since when a channel is known.
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
    SELECT outbox.intent_id
    FROM outbox
    INNER JOIN recent ON outbox.dedup_key = recent.dedup_key
    UNION
    SELECT deliveries.intent_id
    FROM deliveries
    INNER JOIN together ON deliveries.reference = together.reference
    UNION
    SELECT ''
)
SELECT
    deliveries.intent_id,
    deliveries.channel,
    deliveries.attempt,
    deliveries.tried_at,
    deliveries.outcome,
    deliveries.reference,
    deliveries.detail,
    deliveries.next_at
FROM deliveries
INNER JOIN wanted ON deliveries.intent_id = wanted.intent_id
QUALIFY row_number() OVER (
    PARTITION BY deliveries.intent_id, deliveries.channel, deliveries.attempt
    ORDER BY deliveries.outcome = 'sending', deliveries.tried_at DESC
) = 1
ORDER BY deliveries.tried_at, deliveries.intent_id, deliveries.channel, deliveries.attempt
