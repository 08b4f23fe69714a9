-- Append one row to the audit log, chained to the one before it. A second writer at the same instant fails on the number.
-- Parameters: $happened_at (TIMESTAMP, UTC); $actor, $action, $subject, $reason (VARCHAR).
INSERT INTO audit_log BY NAME
WITH last AS (
    SELECT
        coalesce(max(number), 0) AS number,
        coalesce(arg_max(digest, number), '') AS digest
    FROM audit_log
)
SELECT
    last.number + 1 AS number,
    $happened_at::TIMESTAMP AS happened_at,
    $actor::VARCHAR AS actor,
    $action::VARCHAR AS action,
    $subject::VARCHAR AS subject,
    $reason::VARCHAR AS reason,
    audit_digest(
        last.digest, last.number + 1, $happened_at::TIMESTAMP, $actor::VARCHAR, $action::VARCHAR, $subject::VARCHAR,
        $reason::VARCHAR
    ) AS digest
FROM last
