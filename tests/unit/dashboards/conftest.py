"""A published folder made by the real ingest, and its views as empty tables for tests of single queries."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from tests.made_once import copy_made_once
from tests.unit.dashboards.published import publish
from veille.store.owner import Owner
from veille.store.sql import statement

VIEWS = (
    "surges",
    "clusters",
    "incidents",
    "annotations",
    "detector_steps",
    "stream_changes",
    "service_modes",
    "status",
    "segments",
    "mentions",
    "generations",
    "moderations",
    "coverage",
    "requests_minute",
    "requests_hour",
    "production_minute",
    "feed",
    "dead_letter_counts",
)


def follow_mentions(connection: duckdb.DuckDBPyConnection) -> None:
    """Views of what is published of the mentions, over the table `mentions`."""
    connection.execute("CREATE VIEW new_mentions AS SELECT * FROM mentions")
    connection.execute(f"CREATE VIEW people_sample AS {statement('publish/segments/people_sample')}")
    connection.execute(
        "CREATE VIEW first_asked AS SELECT target_id, min(occurred_at) AS first_at FROM mentions"
        " WHERE NOT is_self AND target_id IS NOT NULL GROUP BY target_id"
    )


def add_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """The macros of the catalogue that is attached as `published`, over the tables of the connection."""
    connection.execute("CREATE SCHEMA files")
    for name in ("mentions", "generations", "moderations"):
        connection.execute(f"CREATE VIEW files.{name} AS SELECT * FROM main.{name}")
    made = connection.execute(
        "SELECT function_name, parameters, macro_definition, function_type FROM duckdb_functions()"
        " WHERE database_name = 'published' AND NOT internal ORDER BY function_type, function_name"
    ).fetchall()
    while made:
        left = [macro for macro in made if not _made(connection, *macro)]
        assert len(left) < len(made), f"macros that cannot be made: {[name for name, *_ in left]}"
        made = left


def _made(
    connection: duckdb.DuckDBPyConnection, name: str, parameters: list[str], definition: str, function_type: str
) -> bool:
    """Whether the macro could be made: not while one that it calls is missing."""
    table = "TABLE " if function_type == "table_macro" else ""
    try:
        connection.execute(f"CREATE MACRO {name}({', '.join(parameters)}) AS {table}{definition}")
    except duckdb.CatalogException:
        return False
    return True


class Tables:
    """An in-memory database with the columns of the published views, and nothing in them."""

    def __init__(self, catalogue: Path) -> None:
        self._connection = duckdb.connect()
        self._connection.execute(f"ATTACH '{catalogue}' AS published (READ_ONLY)")
        for view in VIEWS:
            self._connection.execute(f"CREATE TABLE {view} AS SELECT * FROM published.{view} LIMIT 0")
        follow_mentions(self._connection)
        self._connection.execute(
            "CREATE VIEW production_hour AS"
            """ SELECT date_trunc('hour', "minute") AS "hour", * EXCLUDE ("minute") FROM production_minute"""
        )
        add_macros(self._connection)

    def add(self, view: str, *rows: dict[str, Any]) -> None:
        """Insert rows; columns that they do not name are null."""
        given = pl.DataFrame(list(rows), infer_schema_length=None)
        self._connection.register("given", given.to_arrow())
        self._connection.execute(f"INSERT INTO {view} BY NAME SELECT * FROM given")

    def ask(self, question: str, **parameters: Any) -> list[dict[str, Any]]:
        """The rows of `sql/dashboards/<question>.sql`."""
        found: pl.DataFrame = self._connection.sql(statement(f"dashboards/{question}"), params=parameters or None).pl()
        return found.to_dicts()


@pytest.fixture(scope="session")
def empty_catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an installation that has met no event."""
    return copy_made_once(tmp_path_factory, "empty", lambda place: publish(place / "data", [])) / "data"


@pytest.fixture
def tables(empty_catalogue: Path) -> Tables:
    return Tables(empty_catalogue / "published/analyst/catalog.duckdb")


@pytest.fixture
def held(folder: Path) -> Iterator[None]:
    """Another command has the data folder, so that nothing can be written."""
    owner = Owner(folder, "veille replay")
    yield
    owner.release()
