-- Note a pager's event. Parameters: $event_id, $event_type, $subject, $dedup_key (VARCHAR); $received_at, $occurred_at (TIMESTAMP,
-- UTC); $applied (BOOLEAN).
INSERT INTO webhook_events BY NAME
SELECT
    $event_id AS event_id,
    $received_at::TIMESTAMP AS received_at,
    $occurred_at::TIMESTAMP AS occurred_at,
    $event_type AS event_type,
    $subject AS subject,
    $dedup_key::VARCHAR AS dedup_key,
    $applied::BOOLEAN AS applied
ON CONFLICT DO NOTHING
