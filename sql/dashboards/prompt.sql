-- The text of one request, for a person who asked for it; each look is on the audit log.
-- Parameters: $event_id (VARCHAR).
-- Columns: prompt (VARCHAR, null where none was sent); language (VARCHAR, null where not declared).
-- Grain: one request.
SELECT
    prompt,
    "language"
FROM mentions
WHERE event_id = $event_id::UUID
ORDER BY occurred_at
LIMIT 1
