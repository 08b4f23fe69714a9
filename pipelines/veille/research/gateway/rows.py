"""The rows of one answer as an Arrow stream, in a file once they are many: answers that people fetch slowly take no memory."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import polars as pl
import pyarrow as pa

from veille.research.gateway.errors import QueryStopped
from veille.store.integers import plain_integers

IN_MEMORY_BYTES = 1 << 20
_CHUNK_BYTES = 1 << 16


class ResultRows:
    """Written by one thread, then read; the file has no name and goes with the object.

    folder: where the file is made (the system's place by default). size: bytes written.
    """

    def __init__(self, folder: Path | None = None) -> None:
        place = None if folder is None else str(folder)
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES, dir=place)  # noqa: SIM115  `close` does
        self.size = 0

    def write(self, data: bytes) -> None:
        """Add bytes of the stream. Raises OSError where there is no room."""
        self._file.write(data)
        self.size += len(data)

    def chunks(self) -> Iterator[bytes]:
        """The stream as it is, piece by piece."""
        self._file.seek(0)
        while data := self._file.read(_CHUNK_BYTES):
            yield data

    def stream(self) -> bytes:
        """The whole stream."""
        return b"".join(self.chunks())

    def check(self) -> None:
        """Raises QueryStopped (outcome wrong) where a column has a type that polars does not know."""
        if self.size:
            with self._reader() as reader:
                _polars(_empty(reader.schema))

    def frames(self) -> Iterator[pl.DataFrame]:
        """The rows, some at a time; one empty frame where there are columns and no rows. Raises QueryStopped."""
        if not self.size:
            return
        with self._reader() as reader:
            first = True
            for batch in reader:
                if batch.num_rows:
                    first = False
                    yield _polars(pa.Table.from_batches([batch]))
            if first:
                yield _polars(_empty(reader.schema))

    def names(self) -> list[str]:
        """The columns, in their order."""
        if not self.size:
            return []
        with self._reader() as reader:
            return list(reader.schema.names)

    def frame(self) -> pl.DataFrame:
        """All rows at once. Raises QueryStopped."""
        if not self.size:
            return pl.DataFrame()
        with self._reader() as reader:
            return _polars(reader.read_all())

    def close(self) -> None:
        self._file.close()

    def _reader(self) -> pa.RecordBatchStreamReader:
        self._file.seek(0)
        return pa.ipc.open_stream(self._file)


def _empty(schema: pa.Schema) -> pa.Table:
    """As `schema.empty_table()`, which imports pandas to ask whether it is given a list of pandas: a third of a small query's time."""
    return pa.Table.from_arrays([pa.nulls(0, field.type) for field in schema], schema=schema)


def _polars(table: pa.Table) -> pl.DataFrame:
    try:
        found = pl.from_arrow(table)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, pa.ArrowException, TypeError) as error:
        raise QueryStopped(
            f"a column has an unsupported type ({type(error).__name__}): CAST it AS VARCHAR", "wrong"
        ) from None
    assert isinstance(found, pl.DataFrame)
    return plain_integers(found)
