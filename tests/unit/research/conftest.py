"""The real views of the catalogue over tables that a test fills row by row."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import duckdb
import polars as pl
import pytest

from tests.made_once import made_once
from tests.unit.dashboards.published import publish
from veille.research.examples import bind, example
from veille.store.sql import statement

_SPACE = UUID(int=11)
_DEFAULTS: dict[str, dict[str, Any]] = {
    "mentions": {
        "platform": "x",
        "account_id": "asker",
        "target_id": "target",
        "is_self": False,
        "request_class": "sexualising",
        "target_gender": "unknown",
    },
    "generations": {"platform": "x", "outcome": "fulfilled", "sexualised": "none"},
    "moderations": {"platform": "x", "subject_type": "post"},
    "requests_hour_settled": {"platform": "x", "request_class": "sexualising", "is_self": False, "outcome": "refused"},
    "production_hour_settled": {"platform": "x", "outcome": "fulfilled", "linked": True, "sexualised": "none"},
    "production_minute_settled": {"platform": "x", "outcome": "fulfilled", "linked": True, "sexualised": "none"},
    "coverage_settled": {"event_type": "mention", "platform": "x", "collection_id": "keyword", "events": 1},
}


def pseudonym(name: str) -> UUID:
    return uuid5(_SPACE, name)


class Tables:
    """The views and macros of the analyst catalogue over empty tables, in a database file of the test's own."""

    def __init__(self, file: Path) -> None:
        self._connection = duckdb.connect(str(file), config={"threads": "1"})

    def make(self, catalogue: Path) -> None:
        """Make them in a new file, as they are in this catalogue, and close it: each test gets a copy."""
        connection = self._connection
        connection.execute(f"ATTACH '{catalogue}' AS published (READ_ONLY)")
        connection.execute("CREATE SCHEMA files")
        connection.execute(statement("publish/answer_rank"))
        views = (
            "SELECT view_name, schema_name, sql FROM duckdb_views() WHERE database_name = 'published' AND NOT internal"
        )
        found = connection.execute(views).fetchall()
        for name in sorted(name for name, schema, _ in found if schema == "files"):
            connection.execute(f"CREATE TABLE files.{name} AS SELECT * FROM published.files.{name} LIMIT 0")
        connection.execute("CREATE TABLE status AS SELECT * FROM published.status LIMIT 0")
        waiting = [sql for _, schema, sql in found if schema == "main"]
        while waiting:
            waiting = [sql for sql in waiting if not self._created(sql)]
        macros = (
            "SELECT function_name, macro_definition FROM duckdb_functions() WHERE database_name = 'published'"
            " AND function_type = 'table_macro' ORDER BY function_name <> 'exchanges_between'"
        )
        for name, body in connection.execute(macros).fetchall():
            connection.execute(f"CREATE MACRO {name}(since, until) AS TABLE {body}")
        connection.execute("DETACH published")
        connection.close()

    def add(self, table: str, *rows: dict[str, Any]) -> None:
        """Rows of a table below the views; what they do not name has a default or is null. Ids may be given as names.

        Rows of hours count in their days, too, as in what is published.
        """
        if table in ("requests_hour_settled", "production_hour_settled"):
            days = [
                {key: value for key, value in row.items() if key != "hour"} | {"day": row["hour"].replace(hour=0)}
                for row in rows
            ]
            self._add(table.replace("hour", "day"), _DEFAULTS[table], days)
        self._add(table, _DEFAULTS.get(table, {}), rows)

    def _add(self, table: str, defaults: dict[str, Any], rows: Sequence[dict[str, Any]]) -> None:
        filled = [defaults | _ingested(table, row) | row for row in rows]
        plain = [{key: _plain(key, value) for key, value in row.items()} for row in filled]
        self._connection.register("given", pl.DataFrame(plain, infer_schema_length=None).to_arrow())
        self._connection.execute(f"INSERT INTO files.{table} BY NAME SELECT * FROM given")

    def watch(self, until: Any) -> None:
        """The data are complete up to this time."""
        row = {"watermark": until, "newest_occurred_at": until, "published_at": until, "mentions": 0, "generations": 0}
        row |= {"moderations": 0, "simulated": False, "schema_version": 1, "published_format": 1}
        columns = ", ".join(row)
        values = ", ".join(f"${name}" for name in row)
        self._connection.execute(f"INSERT INTO status ({columns}) VALUES ({values})", row)

    def ask(self, name: str, **given: str) -> list[dict[str, Any]]:
        """The rows of an example, with its columns as its header declares them."""
        chosen = example(name)
        relation = self._connection.sql(chosen.sql, params=bind(chosen.parameters, given))
        declared = [(column.name, column.type) for column in chosen.columns]
        assert declared == [(name, str(kind)) for name, kind in zip(relation.columns, relation.types, strict=True)]
        frame: pl.DataFrame = relation.pl()
        return frame.to_dicts()

    def _created(self, sql: str) -> bool:
        try:
            self._connection.execute(sql)
        except duckdb.CatalogException:  # a view that it reads is not there yet
            return False
        return True


def _ingested(table: str, row: dict[str, Any]) -> dict[str, Any]:
    return {"ingested_at": row["occurred_at"]} if table in ("mentions", "generations", "moderations") else {}


def _plain(key: str, value: Any) -> Any:
    named = key.endswith("_id") and key not in ("collection_id", "cluster_id") and isinstance(value, str)
    return str(pseudonym(value)) if named else value


@pytest.fixture(scope="session")
def empty_catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The catalogue of an installation that has met no event."""
    made = made_once(tmp_path_factory, "empty", lambda place: publish(place / "data", []))
    return made / "data/published/analyst/catalog.duckdb"


@pytest.fixture(scope="session")
def empty_tables(empty_catalogue: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("tables") / "tables.duckdb"
    Tables(file).make(empty_catalogue)
    return file


@pytest.fixture
def tables(empty_tables: Path, tmp_path: Path) -> Tables:
    return Tables(Path(shutil.copy(empty_tables, tmp_path / "tables.duckdb")))
