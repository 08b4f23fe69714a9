-- The views of the catalogue that is in use, as DuckDB would make them again. Columns: schema_name, view_name, sql (VARCHAR). Grain: one view.
SELECT schema_name, view_name, sql
FROM duckdb_views()
WHERE database_name = current_database() AND NOT internal
ORDER BY schema_name, view_name
