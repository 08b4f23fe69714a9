-- One fact. Parameters: $name (VARCHAR). Columns: value (VARCHAR). Grain: at most one row.
SELECT value
FROM facts
WHERE name = $name
