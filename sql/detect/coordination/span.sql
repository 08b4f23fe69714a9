-- The oldest mention that the coordination detector counts. Requests about oneself and those whose target is unknown are left out.
-- Parameters: $until (TIMESTAMP, UTC): before this; $classes (VARCHAR[]): request classes.
-- Columns: first_at (TIMESTAMP, UTC), null where there is none.
-- Grain: one row.
SELECT min(occurred_at) AS first_at
FROM mentions
WHERE
    occurred_at < $until
    AND NOT is_self
    AND target_id IS NOT NULL
    AND list_contains($classes::VARCHAR[], request_class)
