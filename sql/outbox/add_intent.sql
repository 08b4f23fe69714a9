-- Something to be sent that is about no incident; the same again is the same row. Parameters: $intent_id, $key, $kind, $severity, $rota,
-- $payload (VARCHAR); $created_at (TIMESTAMP, UTC).
INSERT INTO outbox BY NAME
SELECT
    $intent_id AS intent_id,
    $created_at::TIMESTAMP AS created_at,
    NULL::VARCHAR AS incident_id,
    NULL::INTEGER AS event_number,
    $key AS dedup_key,
    $kind AS kind,
    $severity AS severity,
    $rota AS rota,
    $payload AS payload,
    $created_at::TIMESTAMP AS not_before
ON CONFLICT DO NOTHING
