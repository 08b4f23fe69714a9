"""A published folder made by the real ingest, and its views as empty tables for tests of single queries."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.made_once import copy_made_once
from tests.unit.dashboards.empty_tables import EmptyTables
from tests.unit.dashboards.published import publish
from veille.store.owner import Owner


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


class Tables(EmptyTables):
    """Views about events, production by hour, and the macros of the catalogue."""

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

    def _fill(self) -> None:
        super()._fill()
        self.connection.execute(
            "CREATE VIEW production_hour AS"
            """ SELECT date_trunc('hour', "minute") AS "hour", * EXCLUDE ("minute") FROM production_minute"""
        )
        add_macros(self.connection)


@pytest.fixture(scope="session")
def empty_catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an installation that has met no event."""
    return copy_made_once(tmp_path_factory, "empty", lambda place: publish(place / "data", [])) / "data"


@pytest.fixture(scope="session")
def empty_tables(empty_catalogue: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Tables.made(empty_catalogue / "published/analyst/catalog.duckdb", tmp_path_factory.mktemp("tables"))


@pytest.fixture
def tables(empty_tables: Path, tmp_path: Path) -> Tables:
    return Tables.copied(empty_tables, tmp_path)


@pytest.fixture
def held(folder: Path) -> Iterator[None]:
    """Another command has the data folder, so that nothing can be written."""
    owner = Owner(folder, "veille replay")
    yield
    owner.release()
