"""Running the static statements of `sql/publish`. Results are fetched whole: an unfinished one would own its connection."""

from typing import Any

import duckdb

from veille.store.sql import NO_NAMES, Names, filled, statement

Row = tuple[Any, ...]


def run(connection: duckdb.DuckDBPyConnection, name: str, names: Names = NO_NAMES, /, **parameters: Any) -> list[Row]:
    """Run `sql/publish/<name>.sql`; its rows, none for a statement that has none to give. names: what its placeholders stand for."""
    return connection.execute(filled(f"publish/{name}", names), parameters or None).fetchall()


def one(connection: duckdb.DuckDBPyConnection, name: str, /, **parameters: Any) -> Row | None:
    """The first row of `sql/publish/<name>.sql`, None where there is none."""
    found = run(connection, name, **parameters)
    return found[0] if found else None


def last_batch(connection: duckdb.DuckDBPyConnection) -> int:
    """The number of the newest batch in the database, 0 before the first."""
    (number,) = connection.execute(statement("ingest/last_batch")).fetchone() or (0,)
    return int(number)
