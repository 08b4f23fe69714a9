-- The parsed tree of a SELECT as JSON, without running it. Parameters: $sql (VARCHAR). Columns: tree (VARCHAR). Grain: one row.
SELECT json_serialize_sql($sql::VARCHAR)::VARCHAR AS tree
