"""Views of the published catalogue as empty tables, for tests of single queries."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Self

import duckdb
import polars as pl

from veille.store.sql import statement


class EmptyTables:
    """A database with the columns of `VIEWS`, and nothing in them; `first_asked` and samples follow `mentions`."""

    VIEWS: ClassVar[Sequence[str]] = ()

    def __init__(self, file: Path) -> None:
        self.connection = duckdb.connect(str(file))

    @classmethod
    def made(cls, catalogue: Path, folder: Path) -> Path:
        """A new file below `folder`, with the tables as in this catalogue: each test gets a copy."""
        file = folder / "tables.duckdb"
        tables = cls(file)
        tables.connection.execute(f"ATTACH '{catalogue}' AS published (READ_ONLY)")
        tables._fill()
        tables.connection.execute("DETACH published")
        tables.connection.close()
        return file

    @classmethod
    def copied(cls, file: Path, folder: Path) -> Self:
        return cls(Path(shutil.copy(file, folder / "tables.duckdb")))

    def _fill(self) -> None:
        """Make the tables like the views of the catalogue that is attached as `published`."""
        for view in self.VIEWS:
            self.connection.execute(f"CREATE TABLE {view} AS SELECT * FROM published.{view} LIMIT 0")
        _follow_mentions(self.connection)

    def add(self, view: str, *rows: dict[str, Any]) -> None:
        """Insert rows; columns that they do not name are null."""
        given = pl.DataFrame(list(rows), infer_schema_length=None)
        self.connection.register("given", given.to_arrow())
        self.connection.execute(f"INSERT INTO {view} BY NAME SELECT * FROM given")

    def ask(self, question: str, **parameters: Any) -> list[dict[str, Any]]:
        """The rows of `sql/dashboards/<question>.sql`."""
        found: pl.DataFrame = self.connection.sql(statement(f"dashboards/{question}"), params=parameters or None).pl()
        return found.to_dicts()


def _follow_mentions(connection: duckdb.DuckDBPyConnection) -> None:
    """Views of what is published of the mentions, over the table `mentions`."""
    connection.execute("CREATE VIEW new_mentions AS SELECT * FROM mentions")
    connection.execute(f"CREATE VIEW people_sample AS {statement('publish/segments/people_sample')}")
    connection.execute(
        "CREATE VIEW first_asked AS SELECT target_id, min(occurred_at) AS first_at FROM mentions"
        " WHERE NOT is_self AND target_id IS NOT NULL GROUP BY target_id"
    )
