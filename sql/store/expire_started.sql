-- Forget the rows of {table} that began before a time. Parameters: $before (TIMESTAMP, UTC).
DELETE FROM {table}
WHERE started_at < $before
