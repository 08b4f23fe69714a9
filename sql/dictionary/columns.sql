-- What the catalogue that is in use says of itself: its views and tables with their columns and comments.
-- Columns: relation (VARCHAR), relation_meaning (VARCHAR), column_name (VARCHAR), column_type (VARCHAR), column_meaning (VARCHAR); position (INTEGER): of the
--   column, from 1. Grain: one column of a view or table that readers use.
SELECT
    listed.table_name AS relation,
    coalesce(views."comment", tables."comment") AS relation_meaning,
    listed.column_name AS column_name,
    listed.data_type AS column_type,
    listed."comment" AS column_meaning,
    listed.column_index AS position
FROM duckdb_columns() AS listed
LEFT JOIN duckdb_views() AS views
    ON
        listed.database_name = views.database_name
        AND listed.schema_name = views.schema_name
        AND listed.table_name = views.view_name
LEFT JOIN duckdb_tables() AS tables
    ON
        listed.database_name = tables.database_name
        AND listed.schema_name = tables.schema_name
        AND listed.table_name = tables.table_name
WHERE listed.database_name = current_database() AND listed.schema_name = 'main'
ORDER BY relation, position
