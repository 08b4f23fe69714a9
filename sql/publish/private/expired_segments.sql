-- Segments that no reader needs any more. Parameters: $before (TIMESTAMP, UTC). Columns: path (VARCHAR). Grain: one segment.
SELECT path
FROM segments
WHERE retired_at <= $before
ORDER BY path
