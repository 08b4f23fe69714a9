-- Keep messages that failed the contract; one read again adds nothing. Parameters: $received_at (TIMESTAMP, UTC), $batch (BIGINT).
-- Reads the registered frame new_letters.
INSERT OR IGNORE INTO dead_letters BY NAME
SELECT *, $received_at AS received_at, $batch AS batch
FROM new_letters
