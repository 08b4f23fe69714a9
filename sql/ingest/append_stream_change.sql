-- A log that did not fit the position. Parameters: $known_at (TIMESTAMP, UTC); $topic, $reason (VARCHAR); $log_id (VARCHAR, may be null);
--   $partition (INTEGER); $wanted, $start, $lost (BIGINT).
INSERT INTO stream_changes BY NAME
SELECT
    $known_at::TIMESTAMP AS known_at,
    $topic::VARCHAR AS topic,
    $partition::INTEGER AS partition,
    $reason::VARCHAR AS reason,
    $log_id::VARCHAR AS log_id,
    $wanted::BIGINT AS wanted,
    $start::BIGINT AS start,
    $lost::BIGINT AS lost
