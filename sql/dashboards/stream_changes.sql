-- Logs on Kafka that did not fit the position, newest first.
-- Parameters: $since, $until (TIMESTAMP, UTC): noticed in [since, until).
-- Columns: known_at (TIMESTAMP, UTC): when it was noticed; topic (VARCHAR); partition (INTEGER); reason (VARCHAR): recreated, cut or retention;
--   wanted, start (BIGINT): offsets; lost (BIGINT): messages gone before they were read, at most.
-- Grain: one partition and change.
SELECT
    known_at,
    topic,
    partition,
    reason,
    wanted,
    start,
    lost
FROM stream_changes
WHERE
    known_at >= $since::TIMESTAMP
    AND known_at < $until::TIMESTAMP
ORDER BY known_at DESC, topic, partition, reason
LIMIT 200
