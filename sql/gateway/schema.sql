-- Views and tables of the catalogue in use, with their comments. Columns: relation (VARCHAR); about (VARCHAR); column_name (VARCHAR);
-- data_type (VARCHAR); comment (VARCHAR). Grain: one column.
SELECT
    c.table_name AS relation,
    coalesce(v."comment", t."comment") AS about,
    c.column_name,
    c.data_type,
    c."comment" AS "comment"
FROM duckdb_columns() AS c
LEFT JOIN duckdb_views() AS v ON v.database_name = c.database_name AND v.schema_name = c.schema_name AND v.view_name = c.table_name
LEFT JOIN duckdb_tables() AS t ON t.database_name = c.database_name AND t.schema_name = c.schema_name AND t.table_name = c.table_name
WHERE c.database_name = current_database() AND c.schema_name = 'main' AND NOT c.internal
ORDER BY c.table_name, c.column_index
