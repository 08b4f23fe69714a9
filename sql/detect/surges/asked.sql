-- Mentions of targets that the detector of surges counts: not about oneself, of the chosen classes. Parameters: $classes (VARCHAR[]);
-- $first, $last (BIGINT): batches, both included; $since, $until (TIMESTAMP, UTC): event time, half-open.
-- Columns: target_id, account_id (VARCHAR): pseudonyms; occurred_at (TIMESTAMP, UTC). Grain: one mention.
SELECT
    target_id::VARCHAR AS target_id,
    account_id::VARCHAR AS account_id,
    occurred_at
FROM mentions
WHERE
    batch BETWEEN $first AND $last
    AND occurred_at >= $since
    AND occurred_at < $until
    AND target_id IS NOT NULL
    AND NOT is_self
    AND list_contains($classes, request_class)
ORDER BY occurred_at, target_id, account_id
