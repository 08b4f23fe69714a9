-- Queries of one person, or of everybody, newest first. Parameters: $actor (VARCHAR, null: everybody); $limit (INTEGER).
-- Columns: as the table query_log. Grain: one query.
SELECT *
FROM query_log
WHERE $actor::VARCHAR IS NULL OR actor = $actor
ORDER BY started_at DESC, query_id
LIMIT $limit::INTEGER
