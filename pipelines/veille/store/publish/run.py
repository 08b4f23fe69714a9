"""Running the static statements of `sql/publish`. Results are fetched whole: an unfinished one would own its connection."""

from typing import Any

import duckdb

from veille.store.sql import statement

Row = tuple[Any, ...]


def run(connection: duckdb.DuckDBPyConnection, name: str, /, **parameters: Any) -> list[Row]:
    """Run `sql/publish/<name>.sql`; its rows, none for a statement that has none to give."""
    return connection.execute(statement(f"publish/{name}"), parameters or None).fetchall()


def one(connection: duckdb.DuckDBPyConnection, name: str, /, **parameters: Any) -> Row | None:
    """The first row of `sql/publish/<name>.sql`, None where there is none."""
    found = run(connection, name, **parameters)
    return found[0] if found else None
