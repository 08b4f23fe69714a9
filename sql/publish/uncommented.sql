-- Columns of the catalogue in use that have no comment yet, in their order.
-- Columns: relation (VARCHAR); kind (VARCHAR): VIEW or TABLE; column_name (VARCHAR). Grain: one column.
SELECT
    columns.table_name AS relation,
    CASE WHEN tables.table_name IS NULL THEN 'VIEW' ELSE 'TABLE' END AS kind,
    columns.column_name
FROM duckdb_columns() AS columns
LEFT JOIN duckdb_tables() AS tables
    ON columns.database_name = tables.database_name AND columns.schema_name = tables.schema_name AND columns.table_name = tables.table_name
WHERE columns.database_name = current_database() AND columns.schema_name = 'main' AND columns."comment" IS NULL
ORDER BY relation, columns.column_index
