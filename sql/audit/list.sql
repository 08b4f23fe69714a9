-- The audit log, newest first. Parameters: $actor, $action, $subject (VARCHAR, null for all); $limit (BIGINT).
-- Columns: number (BIGINT); happened_at (TIMESTAMP, UTC); actor, action, subject, reason, digest (VARCHAR).
-- Grain: one row an action.
SELECT
    number,
    happened_at,
    actor,
    action,
    subject,
    reason,
    digest
FROM audit_log
WHERE (actor = $actor OR $actor IS NULL)
    AND (action = $action OR $action IS NULL)
    AND (subject = $subject OR $subject IS NULL)
ORDER BY number DESC
LIMIT $limit
