"""Published events under the names and columns of the private tables, so that the queries of the detectors run on them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
import polars as pl

from veille.store.reader import Reader

_VIEWS = (
    "CREATE OR REPLACE TEMP VIEW mentions AS SELECT *, 0::BIGINT AS batch FROM veille.main.mentions",
    "CREATE OR REPLACE TEMP VIEW generations AS SELECT *, 0::BIGINT AS batch FROM veille.main.generations",
)
"""Unqualified names find temporary views first. What is published has no batches: all of it is batch 0."""


class TablesReader(Reader):
    """As a Database for queries that read mentions and generations; the batch 0 is the last one."""

    last_batch = 0

    def frame(self, name: str, /, **parameters: Any) -> pl.DataFrame:
        """Rows of `sql/<name>.sql`. Raises as `Reader.query`."""
        return self.named(name, **parameters)

    @contextmanager
    def _attached(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with super()._attached() as connection:
            for view in _VIEWS:
                connection.execute(view)
            yield connection
