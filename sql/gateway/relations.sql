-- Names of everything that may stand in FROM without being a function. Columns: name (VARCHAR); internal (BOOLEAN, of the engine's own).
-- Grain: one relation of one schema; the catalogue's after the engine's.
SELECT view_name AS "name", internal
FROM duckdb_views()
UNION ALL
SELECT table_name AS "name", internal
FROM duckdb_tables()
ORDER BY internal DESC, "name"
