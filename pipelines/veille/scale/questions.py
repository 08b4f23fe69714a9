"""A named question asked of a snapshot on Spark: the catalogue's own views and macros, carried over, above the files of the lake."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from veille.research.snapshots import Snapshot
from veille.scale import dialect
from veille.scale.errors import ScaleError
from veille.scale.frames import fetched
from veille.scale.lake import frame
from veille.scale.parts import UUID_CUTS
from veille.scale.session import Job
from veille.store.reader import Reader
from veille.store.snapshot import Definitions, definitions
from veille.store.sql import statement

_TABLES = ("status", "segments")


class Lake:
    """The views of a snapshot's catalogue in a Spark session; each is made when a question first reads it."""

    def __init__(self, job: Job, snapshot: Snapshot) -> None:
        self._job, self._folder = job, snapshot.folder
        self._known: Definitions = definitions(snapshot.folder / "catalog.duckdb")
        self._made: set[str] = set()

    def ask(self, sql: str, values: Mapping[str, Any] | None = None) -> pl.DataFrame:
        """The rows of one SELECT written for DuckDB. Raises ScaleError where it cannot be carried to Spark."""
        from pyspark.errors import PySparkException  # noqa: PLC0415 (only with the extra)

        try:
            self._need(sql)
            return fetched(self._job.spark.sql(dialect.translated(sql, self._known.macros, values)))
        except PySparkException as error:
            told = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
            raise ScaleError(
                f"Spark cannot run this query: {told[:300]}", "run it with `veille research run`"
            ) from None

    def named(self, name: str, **values: Any) -> pl.DataFrame:
        """The rows of `sql/<name>.sql`."""
        return self.ask(statement(name), values)

    def _need(self, sql: str) -> None:
        """Make the views that a SELECT reads, those below them first."""
        for name in sorted(dialect.relations(sql, self._known.macros) - self._made):
            self._made.add(name)
            if name.startswith("files.") and self._known.files.get(name[6:]):
                self._file_view(name[6:])
            elif body := self._known.views.get(name if "." in name else f"main.{name}"):
                self._need(body)
                made = self._job.spark.sql(dialect.translated(body, self._known.macros))
                made.createOrReplaceTempView(name.replace("files.", dialect.FILES))
            elif name in _TABLES:
                self._table(name)

    def _file_view(self, name: str) -> None:
        """Rows of the files that the catalogue lists, ids as text."""
        from pyspark.sql import functions as F  # noqa: N812, PLC0415 (as everybody names it; only with the extra)

        rows = frame(self._job, [str(Path(self._folder, path).resolve()) for path in self._known.files[name]])
        columns = []
        for column, kind in rows.dtypes:
            hexed = F.lower(F.hex(column))
            text = F.concat_ws("-", *[F.substring(hexed, start + 1, length) for start, length in UUID_CUTS])
            columns.append(F.when(F.col(column).isNotNull(), text).alias(column) if kind == "binary" else F.col(column))
        rows.select(*columns).createOrReplaceTempView(f"{dialect.FILES}{name}")

    def _table(self, name: str) -> None:
        """A small table that stands in the catalogue's own file."""
        reader = Reader(self._folder, threads=1)
        try:
            found = reader.query(f"FROM {name}")
        finally:
            reader.close()
        self._job.spark.createDataFrame(found.to_arrow()).createOrReplaceTempView(name)
