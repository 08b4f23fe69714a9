-- Comments of the columns of views that show the latest version, for their `_versions` views.
-- Columns: view_name (VARCHAR), column_name (VARCHAR), comment (VARCHAR). Grain: one column.
SELECT
    table_name AS view_name,
    column_name,
    "comment"
FROM duckdb_columns()
WHERE database_name = current_database() AND schema_name = 'main' AND "comment" IS NOT NULL
    AND table_name IN (
        SELECT table_name
        FROM duckdb_columns()
        WHERE database_name = current_database() AND schema_name = 'main' AND column_name = 'version'
    )
ORDER BY view_name, column_index
