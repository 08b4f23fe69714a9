-- Columns of the public relations of the catalogue in use. Columns: relation, column_name, data_type (VARCHAR). Grain: one column.
SELECT
    table_name AS relation,
    column_name,
    data_type
FROM information_schema.columns
WHERE
    table_catalog = current_database()
    AND table_schema = 'main'
ORDER BY relation, column_name
