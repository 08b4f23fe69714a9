-- The files that the research catalogue in use lists. Columns: relation, path (VARCHAR); month (TIMESTAMP); row_count, byte_count (BIGINT).
-- Grain: one file.
SELECT
    relation,
    path,
    "month",
    row_count,
    byte_count
FROM segments
ORDER BY path
