-- A parsed tree as the engine writes it: without comments. Parameters: $tree (VARCHAR, of syntax_tree). Columns: sql (VARCHAR). Grain: one row.
SELECT json_deserialize_sql($tree::JSON) AS "sql"
