-- Append one row to the audit log. Parameters: $happened_at (TIMESTAMP, UTC), $actor, $action, $subject, $reason (VARCHAR).
INSERT INTO audit_log BY NAME
SELECT
    $happened_at AS happened_at,
    $actor AS actor,
    $action AS action,
    $subject AS subject,
    $reason AS reason
