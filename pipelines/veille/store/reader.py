"""Reading the published catalogue: for dashboards, the command line and tests. Never touches the private database.

A reader attaches the catalogue afresh for each query (a plain `duckdb.connect()` would keep serving the old file while any
older connection of the process is open), so every query sees one consistent, current catalogue. The in-memory
databases it attaches to are kept and reused: making one costs 14 ms, attaching 0.5 ms, and they remember
Parquet footers.
"""

import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from veille.store.attach import attach
from veille.store.errors import StoreError
from veille.store.integers import plain_integers
from veille.store.publish.catalogue import FILE_NAME
from veille.store.sql import literal, statement

_ATTEMPTS = 3


class CatalogueMissing(StoreError):  # noqa: N818  reads as what it is
    """Nothing has been published in this folder."""


class QueryError(StoreError):
    """The query is wrong: DuckDB's own explanation."""


class Reader:
    """Read-only queries over one published folder; safe to share among threads."""

    def __init__(
        self, folder: Path, *, threads: int = 2, memory_limit: str = "512MB", at_once: int = 8, schema: str = "main"
    ) -> None:
        """folder: such as `<data-dir>/published/analyst`. threads, memory_limit: of one query. at_once: queries beyond wait.

        schema: whose views a query names: of research, `pages` has those of the analyst catalogue's shapes.
        """
        self._folder, self._schema = folder.resolve(), schema
        # Not DuckDB's default, which is the working directory.
        self._spill = tempfile.TemporaryDirectory(prefix="veille-reader-", ignore_cleanup_errors=True)
        self._config: dict[str, str | bool | int | float | list[str]] = {
            "threads": str(threads),
            "memory_limit": memory_limit,
            "temp_directory": self._spill.name,
        }
        self._places = threading.BoundedSemaphore(at_once)
        self._idle: list[duckdb.DuckDBPyConnection] = []
        self._lock = threading.Lock()

    @property
    def path(self) -> Path:
        """The catalogue file."""
        return self._folder / FILE_NAME

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> pl.DataFrame:
        """The rows of a query over the catalogue's views; values by `$name`.

        Raises CatalogueMissing, QueryError (the SQL is wrong) or StoreError, each of one line or DuckDB's own words.
        """
        for attempt in range(_ATTEMPTS):
            try:
                return self._query(sql, parameters)
            except duckdb.IOException as error:
                # Compaction deletes a replaced segment after a while: a query that began with an older catalogue starts again.
                if attempt == _ATTEMPTS - 1:
                    raise StoreError(str(error).splitlines()[0]) from error
        raise AssertionError("the last attempt returns or raises")

    def named(self, name: str, **parameters: Any) -> pl.DataFrame:
        """The rows of `sql/<name>.sql`, for example `named("dashboards/volume", since=…)`."""
        return self.query(statement(name), parameters)

    def close(self) -> None:
        """Let go of idle connections."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _query(self, sql: str, parameters: Mapping[str, Any] | None) -> pl.DataFrame:
        with self._places, self._attached() as connection:
            try:
                return _frame(connection, sql, parameters)
            except duckdb.IOException:
                raise
            except duckdb.Error as error:
                raise QueryError(str(error)) from error

    @contextmanager
    def _attached(self) -> Iterator[duckdb.DuckDBPyConnection]:
        if not self.path.is_file():
            raise CatalogueMissing(
                f"nothing is published in {self._folder} yet", "start `veille run` or `veille replay`"
            )
        connection = self._take()
        try:
            attach(connection, self.path)
            connection.execute(f"USE veille.{self._schema}")
            connection.execute(f"SET VARIABLE veille_root = {literal(str(self._folder))}")
            yield connection
            connection.execute("USE memory")
            connection.execute("DETACH veille")
        except BaseException:
            connection.close()
            raise
        with self._lock:
            self._idle.append(connection)

    def _take(self) -> duckdb.DuckDBPyConnection:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        connection = duckdb.connect(config=self._config)
        connection.execute("SET parquet_metadata_cache = true")
        return connection


def _frame(connection: duckdb.DuckDBPyConnection, sql: str, parameters: Mapping[str, Any] | None) -> pl.DataFrame:
    """The query's rows; nothing of it is left on the connection, which others use next."""
    found = connection.sql(sql, params=dict(parameters) if parameters else None)
    return pl.DataFrame() if found is None else plain_integers(found.pl())
