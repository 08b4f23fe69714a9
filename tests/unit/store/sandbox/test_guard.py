"""One statement that only reads."""

from collections.abc import Iterator

import duckdb
import pytest

from veille.store.sandbox.errors import QueryRefusedError, UnknownError
from veille.store.sandbox.guard import check


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    made = duckdb.connect()
    yield made
    made.close()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "FROM range(3)",
        "VALUES (1), (2)",
        "WITH RECURSIVE t AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM t WHERE a < 3) SELECT * FROM t",
        "SELECT 1 UNION SELECT 2 EXCEPT SELECT 3",
        "EXPLAIN SELECT 1",
        "explain analyze select 1",
        "/* a /* b */ */ EXPLAIN -- é\n ANALYZE (SELECT 1); -- c",
        "EXPLAIN FROM range(3)",
        "EXPLAIN SUMMARIZE SELECT 1 AS a",
        "DESCRIBE SELECT 1",
        "SHOW TABLES",
        "SUMMARIZE SELECT 1 AS a",
        "PIVOT (SELECT 1 AS a) ON a IN (1, 2) USING count(*)",
        "SELECT $wanted::INTEGER AS a",
        "SELECT ';' AS a;",
        "SELECT sum(x) OVER (ORDER BY x) FROM (VALUES (1)) AS t(x)",
    ],
)
def test_what_reads_may_run(sql: str, connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(check(connection, sql), {"wanted": 1} if "$wanted" in sql else None)


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("WITH x AS (COPY (SELECT 1) TO 'f.csv') SELECT * FROM x", "COPY inside a SELECT"),
        ("SELECT (WITH x AS (COPY (SELECT 1) TO 'f.csv') SELECT count(*) FROM x)", "COPY inside a SELECT"),
        ("WITH x AS (INSERT INTO t VALUES (1) RETURNING *) SELECT * FROM x", "INSERT inside a SELECT"),
        ("WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x", "DELETE inside a SELECT"),
        ("WITH x AS (UPDATE t SET a = 1 RETURNING *) SELECT * FROM x", "UPDATE inside a SELECT"),
        ("EXPLAIN ANALYZE COPY (SELECT 1) TO 'f.csv'", "cannot write files"),
        ("EXPLAIN (ANALYZE) SELECT 1", "takes no options"),
        ("EXPLAIN (FORMAT json) SELECT 1", "takes no options"),
        ("UPDATE EXTENSIONS", "a query only reads"),
        ("SELECT 1 \0", "NUL character"),
        ("SELECT " + "abs(" * 950 + "1" + ")" * 950, "nested too deep"),
        ("FROM 'a.parquet'", "cannot open files"),
        ('WITH "a.parquet" AS (SELECT 1) FROM "a.parquet"', "cannot open files"),
        ("SHOW variables", "SHOW TABLES and DESCRIBE are"),
        ("FROM duckdb_logs", "own use"),
        ("SELECT getvariable('veille_root')", "own use"),
        ("SELECT * FROM query('SELECT 1')", "query() runs SQL"),
        ("SELECT * FROM QUERY('SELECT 1')", "query() runs SQL"),
        ("SELECT * FROM enable_logging()", "changes the engine"),
        ("SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))", "runs SQL"),
        ("SELECT 1; SELECT 2", "one statement"),
        ("", "one statement"),
        ("PIVOT (SELECT 1 AS a) ON a USING count(*)", "name its values"),
        ("CREATE TABLE a AS SELECT 1", "a query only reads"),
        ("SET threads = 2", "settings cannot be changed"),
        ("SELECT '" + "a" * 100_001 + "'", "100,000 characters"),
    ],
)
def test_what_changes_something_is_refused_with_a_reason(
    sql: str, why: str, connection: duckdb.DuckDBPyConnection
) -> None:
    with pytest.raises(QueryRefusedError) as refused:
        check(connection, sql)
    assert why in str(refused.value)


def test_what_does_not_parse_is_told_in_the_engines_words(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(duckdb.ParserException, match="syntax error"):
        check(connection, "SELEC 1")


def test_a_function_that_does_not_exist_is_no_refusal(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(UnknownError, match=r"no function cuont\(\) for queries; did you mean count\(\)"):
        check(connection, "SELECT cuont(1)")
    with pytest.raises(UnknownError, match=r"no function rangee\(\) that may stand in FROM"):
        check(connection, "FROM rangee(1)")
