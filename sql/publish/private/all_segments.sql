-- Every file that may be on disk. Columns: path (VARCHAR), byte_count (BIGINT), active (BOOLEAN). Grain: one segment.
SELECT
    path,
    byte_count,
    retired_at IS NULL AS active
FROM segments
ORDER BY path
