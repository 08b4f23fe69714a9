-- Silences in force at a moment, and those that begin later.
-- Parameters: $at (TIMESTAMP, UTC).
-- Columns: silence_id, matchers (VARCHAR; matchers is JSON: field to value or values); starts_at, expires_at (TIMESTAMP, UTC); actor, reason (VARCHAR).
-- Grain: one silence.
SELECT
    silence_id,
    matchers,
    starts_at,
    expires_at,
    actor,
    reason
FROM silences
WHERE
    expires_at > $at::TIMESTAMP
    AND ended_at IS NULL
ORDER BY expires_at, silence_id
