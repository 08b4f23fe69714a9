-- The views over files in the catalogue that is in use, as DuckDB would make them again. Columns: view_name, sql (VARCHAR). Grain: one view.
SELECT view_name, sql
FROM duckdb_views()
WHERE database_name = current_database() AND schema_name = 'files'
ORDER BY view_name
