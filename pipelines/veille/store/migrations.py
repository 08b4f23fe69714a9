"""The schema of the private database, brought up to date by the numbered files of sql/schema."""

from collections.abc import Callable, Mapping

import duckdb

from veille.store.errors import StoreError
from veille.store.sql import sql_folder, statement

Step = Callable[[duckdb.DuckDBPyConnection], object]


def migrate(connection: duckdb.DuckDBPyConnection, steps: Mapping[int, Step] | None = None) -> None:
    """Apply numbered files of sql/schema that the database has not had, each in a transaction, and define the macros anew.

    steps: number → what else its transaction does to a database that holds data; a new one is empty and needs none.
    """
    connection.execute("CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name VARCHAR NOT NULL)")
    done = {row[0] for row in connection.execute("SELECT number FROM migrations").fetchall()}
    files = {int(file.name.split("_", 1)[0]): file for file in sorted((sql_folder() / "schema").glob("[0-9]*.sql"))}
    if max(done, default=0) > max(files):
        raise StoreError(
            f"this database was written by a newer Veille (schema {max(done)}, known here {max(files)})",
            "upgrade veille",
        )
    for number, file in files.items():
        if number in done:
            continue
        connection.begin()
        connection.execute(file.read_text(encoding="utf-8"))
        if done and steps and number in steps:
            steps[number](connection)
        connection.execute("INSERT INTO migrations VALUES ($number, $name)", {"number": number, "name": file.stem})
        connection.commit()
    connection.execute(statement("publish/answer_rank"))
