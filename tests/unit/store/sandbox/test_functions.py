"""Every function, relation and statement of the engine was looked at: a new version of DuckDB brings none unseen."""

from collections.abc import Iterator

import duckdb
import pytest

from veille.store.sandbox import functions, guard
from veille.store.sandbox.errors import QueryRefusedError, UnknownError
from veille.store.sandbox.guard import check

REFUSED = functions.RUNS_TEXT | functions.OPENS_FILES | functions.CHANGES | functions.INTERNAL | functions.POINTERS
ALLOWED = {
    "table": functions.TABLES,
    "table_macro": functions.TABLES,
    "scalar": functions.EXPRESSIONS,
    "aggregate": functions.EXPRESSIONS,
    "window": functions.EXPRESSIONS,
    "macro": functions.EXPRESSIONS,
    "pragma": frozenset(),  # of the statement PRAGMA, which no query is
}
STATEMENTS_SEEN = 30


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": "1"}) as made:
        yield made


@pytest.fixture(scope="module")
def known(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Name in lower case, kind."""
    sql = "SELECT DISTINCT lower(function_name), function_type FROM duckdb_functions() ORDER BY ALL"
    return connection.execute(sql).fetchall()


def test_each_function_of_the_engine_is_allowed_or_refused_on_purpose(known: list[tuple[str, str]]) -> None:
    assert len(known) > 1000
    unseen = [
        (name, kind)
        for name, kind in known
        if kind != "pragma"
        and name not in ALLOWED[kind]
        and name not in {each.lower() for each in REFUSED}
        and not name.startswith(functions.INTERNAL_FAMILIES)
    ]
    assert unseen == [], "put each of them into a list of veille.store.sandbox.functions"


def test_the_lists_hold_nothing_that_the_engine_lacks_and_nothing_twice(known: list[tuple[str, str]]) -> None:
    names = {name for name, _ in known}
    listed = functions.EXPRESSIONS | functions.TABLES | {name.lower() for name in REFUSED}
    assert listed - names == {"unlist"}
    both = functions.TABLES & {name.lower() for name in REFUSED}
    assert both == set()
    both = functions.EXPRESSIONS & {name.lower() for name in REFUSED}
    assert both == {"histogram"}, "an aggregate, and a macro in FROM that takes the name of a table"


@pytest.mark.slow
def test_what_is_not_listed_cannot_be_called(
    connection: duckdb.DuckDBPyConnection, known: list[tuple[str, str]]
) -> None:
    for name, kind in known:
        in_from = kind in ("table", "table_macro")
        if name in ALLOWED[kind] or kind == "pragma" or not name.replace("_", "a").isalnum():
            continue
        for quoted in (f'"{name}"', f'system.main."{name.upper()}"'):
            sql = f"FROM {quoted}('a')" if in_from else f"SELECT {quoted}(1)"
            if not in_from and name in functions.EXPRESSIONS:
                continue
            with pytest.raises((QueryRefusedError, UnknownError)):
                check(connection, sql)
            with pytest.raises((QueryRefusedError, UnknownError)):
                check(connection, f"EXPLAIN SELECT * FROM ({sql})")


def test_each_relation_of_the_engine_is_allowed_or_refused_on_purpose(connection: duckdb.DuckDBPyConnection) -> None:
    sql = "SELECT DISTINCT view_name FROM duckdb_views() WHERE internal UNION SELECT table_name FROM duckdb_tables() WHERE internal"
    found = {name for (name,) in connection.execute(sql).fetchall()}
    assert found == functions.RELATIONS | functions.REFUSED_RELATIONS
    for name in functions.REFUSED_RELATIONS:
        with pytest.raises(QueryRefusedError):
            check(connection, f"FROM {name}")


def test_each_statement_type_was_seen() -> None:
    """Everything but these two is refused; a new one fails here, so that somebody asks what it is."""
    assert {"SELECT", "EXPLAIN"} == guard.KINDS
    assert len(duckdb.StatementType.__members__) == STATEMENTS_SEEN


@pytest.mark.parametrize("kind", sorted(set(duckdb.StatementType.__members__) - guard.KINDS))
def test_each_other_statement_type_is_refused(kind: str) -> None:
    class Statement:
        type = duckdb.StatementType.__members__[kind]
        query = "SELECT 1"

    class Connection:
        def extract_statements(self, _sql: str) -> list[Statement]:
            return [Statement()]

    with pytest.raises(QueryRefusedError):
        check(Connection(), "SELECT 1")  # type: ignore[arg-type]


def test_macros_of_the_catalogue_stay_usable(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("CREATE OR REPLACE MACRO twice(a) AS 2 * a")
    connection.execute("CREATE OR REPLACE MACRO few(n) AS TABLE SELECT * FROM range(n)")
    connection.execute("CREATE OR REPLACE MACRO arrow_scan(n) AS TABLE SELECT 1")
    assert connection.execute(check(connection, "SELECT twice(2), count(*) FROM few(3)")).fetchall() == [(4, 3)]
    with pytest.raises(UnknownError):
        check(connection, "FROM system.main.arrow_scan(1)")
