-- Forget queries that are older than the log is kept. Parameters: $before (TIMESTAMP, UTC).
DELETE FROM query_log
WHERE started_at < $before
