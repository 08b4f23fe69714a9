-- The macros of the catalogue that is in use. Columns: function_name, function_type (VARCHAR: macro or table_macro); parameters
--   (VARCHAR[]); macro_definition (VARCHAR). Grain: one macro.
SELECT function_name, function_type, parameters, macro_definition
FROM duckdb_functions()
WHERE database_name = current_database() AND function_type IN ('macro', 'table_macro')
ORDER BY function_name
