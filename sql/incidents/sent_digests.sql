-- Digests that were handed to the outbox since then. Parameters: $since (TIMESTAMP). Columns: dedup_key (VARCHAR). Grain: one digest.
SELECT DISTINCT dedup_key
FROM outbox
WHERE kind = 'digest' AND created_at >= $since
ORDER BY dedup_key
