-- Names of the catalogue's macros. Columns: name (VARCHAR). Grain: one name.
SELECT DISTINCT function_name AS "name"
FROM duckdb_functions()
WHERE NOT internal AND function_type IN ('macro', 'table_macro')
ORDER BY "name"
