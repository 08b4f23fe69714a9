"""SQL that tries to write, change the engine or get at files: statements of every kind, in every spelling.

{live} is a published segment of the research catalogue, {new} a file beside it that does not exist, {out} one in a folder that anybody may
write, {db} a database file there. None may give a result, and none may leave a trace.
"""

_COPY = "COPY (SELECT 1 AS a) TO '{live}' (FORMAT parquet, USE_TMP_FILE false)"
_REPLACED = "COPY (SELECT * REPLACE ('refused' AS outcome) FROM read_parquet('{live}')) TO '{live}' (FORMAT parquet, USE_TMP_FILE false)"

OF_THE_ISSUE = {
    "a comment that hides the options": f"EXPLAIN (/*) SELECT 1 --*/ ANALYZE) {_REPLACED}",
    "a path from a variable": "EXPLAIN (/*) SELECT 1 --*/ ANALYZE) COPY (SELECT 1 AS a) TO (getvariable('veille_root') || '/new.csv')",
}

COMMENTS = {
    "options": f"EXPLAIN (ANALYZE) {_COPY}",
    "options with a format": f"EXPLAIN (ANALYZE, FORMAT json) {_COPY}",
    "options and a nested comment": f"EXPLAIN (/* /* ) */ SELECT 1 -- */ ANALYZE) {_COPY}",
    "a line comment in the options": f"EXPLAIN ( --) SELECT 1\n ANALYZE) {_COPY}",
    "a comment between the words": f"EXPLAIN/**/ANALYZE/**/{_COPY}",
    "a comment before EXPLAIN": f"/* x */ EXPLAIN ANALYZE {_COPY}",
    "a line comment before EXPLAIN": f"-- SELECT 1\nEXPLAIN ANALYZE {_COPY}",
    "lower case and tabs": f"explain\tanalyze\n{_COPY}",
    "a no-break space": f"EXPLAIN\u00a0ANALYZE\u00a0{_COPY}",
    "an ideographic space": f"EXPLAIN\u3000(ANALYZE)\u3000{_COPY}",
    "a byte order mark": f"\ufeffEXPLAIN ANALYZE {_COPY}",
    "a string that holds the query": f"EXPLAIN (FORMAT ' ) SELECT 1 -- ', ANALYZE) {_COPY}",
    "a dollar quote in the options": f"EXPLAIN (FORMAT $$) SELECT 1 $$, ANALYZE) {_COPY}",
    "a quoted identifier in the options": f'EXPLAIN ("ANALYZE) SELECT 1 --", ANALYZE) {_COPY}',
    "a second statement": f"SELECT 1; {_COPY}",
    "a second statement after a comment": f"SELECT 1 /* ; */ ; {_COPY}",
    "an EXPLAIN and a second statement": f"EXPLAIN SELECT 1; {_COPY}",
    "a semicolon first": f"; {_COPY}",
    "a NUL character": f"SELECT 1 \x00; {_COPY}",
    "a carriage return ends no comment": f"SELECT 1 --\r; {_COPY}",
}

STATEMENTS = {
    "COPY": _COPY,
    "COPY of all": "COPY status TO '{out}'",
    "COPY FROM": "COPY status FROM '{live}'",
    "COPY FROM DATABASE": "COPY FROM DATABASE veille TO memory",
    "EXPORT": "EXPORT DATABASE '{out}'",
    "IMPORT": "IMPORT DATABASE '{out}'",
    "PREPARE": f"PREPARE p AS {_COPY}",
    "EXECUTE": "EXECUTE p",
    "DEALLOCATE": "DEALLOCATE p",
    "EXPLAIN of PREPARE": f"EXPLAIN ANALYZE PREPARE p AS {_COPY}",
    "SET VARIABLE": "SET VARIABLE veille_root = '/tmp'",
    "RESET VARIABLE": "RESET VARIABLE veille_root",
    "SET": "SET allowed_directories = ['/']",
    "RESET": "RESET lock_configuration",
    "USE": "USE memory",
    "CALL": "CALL enable_logging(storage = 'file', storage_path = '{out}')",
    "PRAGMA": "PRAGMA enable_profiling = 'json'",
    "a pragma that names a file": "PRAGMA profiling_output = '{out}'",
    "ATTACH": "ATTACH '{db}' AS other",
    "ATTACH over a segment": "ATTACH '{live}' AS other",
    "DETACH": "DETACH veille",
    "INSTALL": "INSTALL httpfs",
    "LOAD": "LOAD httpfs",
    "UPDATE EXTENSIONS": "UPDATE EXTENSIONS",
    "CHECKPOINT": "CHECKPOINT",
    "FORCE CHECKPOINT": "FORCE CHECKPOINT veille",
    "VACUUM": "VACUUM",
    "BEGIN": "BEGIN TRANSACTION",
    "CREATE TABLE": "CREATE TABLE planted AS SELECT 1",
    "CREATE TEMP TABLE": "CREATE TEMP TABLE planted AS SELECT 1",
    "CREATE MACRO": "CREATE MACRO planted() AS 1",
    "CREATE SECRET": "CREATE SECRET planted (TYPE http)",
    "COMMENT": "COMMENT ON VIEW exchanges IS 'planted'",
    "TRUNCATE": "TRUNCATE status",
    "MERGE": "MERGE INTO status USING (SELECT 1 AS a) AS b ON true WHEN MATCHED THEN DELETE",
}

INSIDE = {
    "COPY in WITH": f"WITH x AS ({_COPY}) SELECT * FROM x",
    "COPY in WITH under EXPLAIN ANALYZE": f"EXPLAIN ANALYZE WITH x AS ({_COPY}) SELECT * FROM x",
    "COPY in WITH of Parquet in a subquery": f"SELECT (WITH x AS ({_COPY}) SELECT count(*) FROM x)",
    "COPY in WITH in FROM": f"FROM (WITH x AS ({_COPY}) FROM x)",
    "COPY in WITH under DESCRIBE": f"DESCRIBE WITH x AS ({_COPY}) SELECT * FROM x",
    "COPY in WITH under SUMMARIZE": f"SUMMARIZE WITH x AS ({_COPY}) SELECT * FROM x",
    "COPY in WITH under PIVOT": f"PIVOT (WITH x AS ({_COPY}) SELECT * FROM x) ON a IN (1) USING count(*)",
    "COPY in WITH in a set operation": f"SELECT 1 UNION ALL (WITH x AS ({_COPY}) SELECT 1 FROM x)",
    "COPY in WITH in a lambda": f"SELECT list_transform([1], y -> (WITH x AS ({_COPY}) SELECT count(*) FROM x))",
    "COPY in WITH in LIMIT": f"SELECT 1 LIMIT (WITH x AS ({_COPY}) SELECT count(*) FROM x)",
    "COPY in a recursive WITH": f"WITH RECURSIVE r AS (SELECT 1 AS a UNION ALL (WITH x AS ({_COPY}) SELECT 1 FROM x, r)) FROM r",
    "COPY in WITH to a path from a variable": "WITH x AS (COPY (SELECT 1) TO (getvariable('veille_root') || '/new.csv')) FROM x",
    "write_parquet as WITH": "WITH x AS (SELECT * FROM write_parquet('{out}')) FROM x",
    "INSERT in WITH": "WITH x AS (INSERT INTO status DEFAULT VALUES RETURNING *) FROM x",
    "UPDATE in WITH": "WITH x AS (UPDATE status SET as_of = NULL RETURNING *) FROM x",
    "DELETE in WITH": "EXPLAIN ANALYZE WITH x AS (DELETE FROM status RETURNING *) FROM x",
}

FUNCTIONS = {
    "query()": f"FROM query('{_COPY.replace(chr(39), chr(39) * 2)}')",
    "query() in capitals and quoted": "SELECT * FROM \"QUERY\"('SELECT 1')",
    "query() with its schema": "FROM system.main.query('SELECT 1')",
    "query() under EXPLAIN": "EXPLAIN ANALYZE FROM query('SELECT 1')",
    "query_table()": "FROM query_table('{live}')",
    "histogram() with a file as its table": "FROM histogram('{live}', outcome)",
    "a serialised query": "FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))",
    "a plan": "SELECT json_serialize_plan('SELECT * FROM read_parquet(''{live}'')')",
    "checkpoint()": "FROM checkpoint()",
    "enable_logging()": "FROM enable_logging(storage = 'file', storage_path = '{out}')",
    "enable_profiling()": "FROM enable_profiling(save_location = '{out}')",
    "write_log()": "SELECT write_log('planted')",
    "create_external_resource()": "FROM create_external_resource('a')",
    "which_secret()": "FROM which_secret('s3://a', 's3')",
    "getvariable()": "SELECT getvariable('veille_root')",
    "setseed()": "SELECT setseed(0.5)",
    "nextval()": "SELECT nextval('a')",
    "a segment by its function": "SELECT * FROM read_parquet('{live}')",
    "a segment by its name": "FROM '{live}'",
    "a segment by its name as a WITH": "WITH \"{live}\" AS (SELECT 1) SELECT * FROM (FROM '{live}')",
    "SUMMARIZE of a segment": "SUMMARIZE '{live}'",
    "SHOW of a segment": "SHOW '{live}'",
    "metadata of a segment": "FROM parquet_metadata('{live}')",
    "files of a folder": "FROM glob('{live}')",
    "states as bytes": "SELECT finalize('x'::BLOB)",
    "the log": "FROM duckdb_logs",
}

WRITES = {**OF_THE_ISSUE, **COMMENTS, **STATEMENTS, **INSIDE, **FUNCTIONS}
