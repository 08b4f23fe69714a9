-- Note an attempt, or its outcome. Parameters: $intent_id, $channel, $outcome, $reference, $detail (VARCHAR); $attempt (INTEGER);
-- $tried_at, $next_at (TIMESTAMP, UTC).
INSERT INTO deliveries BY NAME
SELECT
    $intent_id AS intent_id,
    $channel AS channel,
    $attempt::INTEGER AS attempt,
    $tried_at::TIMESTAMP AS tried_at,
    $outcome AS outcome,
    $reference::VARCHAR AS reference,
    $detail::VARCHAR AS detail,
    $next_at::TIMESTAMP AS next_at
