-- Mentions that the coordination detector has not had yet: those of a further stretch of time, and older ones that came late.
-- Requests about oneself and those whose target is unknown are left out.
-- Parameters: $since, $until (TIMESTAMP, UTC): the further stretch [since, until); $floor (TIMESTAMP, UTC): older is past caring;
--   $after, $upto (BIGINT): batches of the late ones (after, upto], nothing newer than upto; $classes (VARCHAR[]): request classes.
-- Columns: account_id, target_id, post_id (VARCHAR), occurred_at (TIMESTAMP, UTC).
-- Grain: one mention.
SELECT
    account_id::VARCHAR AS account_id,
    target_id::VARCHAR AS target_id,
    post_id::VARCHAR AS post_id,
    occurred_at
FROM mentions
WHERE
    batch <= $upto
    AND occurred_at >= $floor
    AND occurred_at < $until
    AND (occurred_at >= $since OR batch > $after)
    AND NOT is_self
    AND target_id IS NOT NULL
    AND list_contains($classes::VARCHAR[], request_class)
ORDER BY occurred_at, event_id
