"""How each file format becomes rows of contract JSON."""

import csv
import gzip
import io
import sys
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, Protocol, cast

import msgspec
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from veille.sources.base import SourceError

LINES_AT_ONCE = 20_000
_BLOCK = 1 << 20
_LONGEST_LINE = 1 << 28
_GZIP, _ZSTD, _PARQUET, _BOM = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PAR1", b"\xef\xbb\xbf"
_DAMAGE = (EOFError, zlib.error, gzip.BadGzipFile, zstandard.ZstdError)


class Rows(Protocol):
    """Rows of one file. `lax`: all values are strings, to be converted."""

    lax: bool

    def read(self, most: int) -> list[bytes]:
        """The next rows, at most about `most`; empty at the end. Raises SourceError for a damaged file."""
        ...

    def consumed(self) -> int:
        """Bytes of the file read so far."""
        ...

    def close(self) -> None: ...


def open_rows(path: Path, mapping: Mapping[str, str]) -> Rows:
    """Open a file by what it holds: Parquet by its magic, CSV by its name, else NDJSON; gzip and zstd are undone."""
    try:
        raw = cast(io.BufferedReader, sys.stdin.buffer) if path == Path("-") else path.open("rb")
    except OSError as error:
        raise SourceError(f"cannot read {path}: {error.strerror}") from None
    head = raw.peek(4)[:4]
    if head == _PARQUET:
        raw.close()
        return ParquetRows(path, mapping)
    stream = _decompress(raw, head)
    if ".csv" in path.suffixes:
        return CsvRows(stream, raw, path.name, mapping)
    return NdjsonRows(stream, raw, path.name, mapping)


def _decompress(raw: io.BufferedReader, head: bytes) -> BinaryIO:
    if head.startswith(_GZIP):
        return cast(BinaryIO, gzip.GzipFile(fileobj=raw))
    if head == _ZSTD:
        return zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True)
    return raw


def _position(raw: io.BufferedReader) -> int:
    try:
        return raw.tell()
    except (OSError, ValueError):
        return 0  # a pipe, or closed


class NdjsonRows:
    """One JSON object a line. Lines that are not are passed on as they are: ingest says what is wrong with them."""

    lax = False

    def __init__(self, stream: BinaryIO, raw: io.BufferedReader, name: str, mapping: Mapping[str, str]) -> None:
        self._stream, self._raw, self._name = stream, raw, name
        self._renames = {theirs: ours for ours, theirs in mapping.items()}
        self._tail: bytes | None = None
        self._pending: list[bytes] = []
        self._ended = False

    def read(self, most: int) -> list[bytes]:
        while not self._pending and not self._ended:
            self._fill()
        rows, self._pending = self._pending[:most], self._pending[most:]
        return [rename_fields(row, self._renames) for row in rows] if self._renames else rows

    def _fill(self) -> None:
        try:
            block = self._stream.read(_BLOCK)
        except _DAMAGE:
            raise SourceError(f"{self._name} is damaged or cut off: what came before the damage was read") from None
        if self._tail is None:
            block = block.removeprefix(_BOM)
            self._tail = b""
        if not block:
            self._ended = True
            self._pending = [self._tail] if self._tail else []
            return
        *self._pending, self._tail = (self._tail + block).split(b"\n")
        if len(self._tail) > _LONGEST_LINE:
            raise SourceError(f"{self._name} has a line of more than {_LONGEST_LINE >> 20} MiB: is it NDJSON?")

    def consumed(self) -> int:
        return _position(self._raw)

    def close(self) -> None:
        self._stream.close()


def rename_fields(row: bytes, renames: Mapping[str, str]) -> bytes:
    """A JSON object with fields renamed (theirs → ours); what is no object is passed on as it is."""
    if not renames:
        return row
    try:
        fields = msgspec.json.decode(row, type=dict[str, msgspec.Raw])
    except ValueError:
        return row
    replaced = set(renames.values()) & {ours for theirs, ours in renames.items() if theirs in fields}
    return msgspec.json.encode({renames.get(key, key): value for key, value in fields.items() if key not in replaced})


class CsvRows:
    """Header and comma-separated rows; an empty cell is an absent field."""

    lax = True

    def __init__(self, stream: BinaryIO, raw: io.BufferedReader, name: str, mapping: Mapping[str, str]) -> None:
        csv.field_size_limit(_LONGEST_LINE)
        self._stream, self._raw, self._name = stream, raw, name
        self._text = io.TextIOWrapper(stream, "utf-8-sig", errors="surrogateescape", newline="")
        self._rows = csv.reader(self._text)
        renames = {theirs: ours for ours, theirs in mapping.items()}
        header = next(self._safely(), [])
        mapped = {renames[name] for name in header if name in renames}
        self._header = [renames.get(name) or (None if name in mapped else name) for name in header]

    def read(self, most: int) -> list[bytes]:
        rows = self._safely()
        return [self._message(row) for row, _ in zip(rows, range(most), strict=False)]

    def _message(self, row: list[str]) -> bytes:
        if len(row) != len(self._header):
            return msgspec.json.encode(row) if row else b""
        named = zip(self._header, row, strict=True)
        try:
            return msgspec.json.encode({name: cell for name, cell in named if cell and name})
        except UnicodeEncodeError:
            return ",".join(row).encode("utf-8", "surrogateescape")

    def _safely(self) -> Iterator[list[str]]:
        try:
            yield from self._rows
        except csv.Error as error:
            raise SourceError(f"{self._name}, line {self._rows.line_num}: not CSV ({error})") from None
        except _DAMAGE:
            raise SourceError(f"{self._name} is damaged or cut off: what came before the damage was read") from None

    def consumed(self) -> int:
        return _position(self._raw)

    def close(self) -> None:
        self._text.close()


class ParquetRows:
    """Columns named as in the contract; times without a zone are UTC."""

    lax = False

    def __init__(self, path: Path, mapping: Mapping[str, str]) -> None:
        try:
            self._file = pq.ParquetFile(path)
        except (pa.ArrowInvalid, OSError):
            raise SourceError(f"{path.name} is not a readable Parquet file") from None
        self._batches = self._file.iter_batches(LINES_AT_ONCE)
        self._renames = {theirs: ours for ours, theirs in mapping.items()}
        self._name, self._size, self._read = path.name, path.stat().st_size, 0

    def read(self, most: int) -> list[bytes]:
        try:
            batch = next(self._batches, None)
        except (pa.ArrowInvalid, OSError):
            raise SourceError(f"{self._name} is damaged: what came before the damage was read") from None
        if batch is None:
            return []
        self._read += batch.num_rows
        frame = pl.DataFrame(pl.from_arrow(batch))
        replaced = [ours for theirs, ours in self._renames.items() if theirs in frame.columns and ours in frame.columns]
        frame = frame.drop(replaced).rename(self._renames, strict=False)
        buffer = io.BytesIO()
        frame.with_columns(_rfc3339(frame.schema)).write_ndjson(buffer)
        return buffer.getvalue().splitlines()

    def consumed(self) -> int:
        rows: int = self._file.metadata.num_rows
        return self._size * self._read // max(1, rows)

    def close(self) -> None:
        self._file.close()


def _rfc3339(schema: pl.Schema) -> list[pl.Expr]:
    """Time columns as RFC 3339 text in UTC."""
    form = "%Y-%m-%dT%H:%M:%S%.6fZ"
    return [
        (
            pl.col(name).cast(pl.Datetime("us"))
            if kind == pl.Date or getattr(kind, "time_zone", None) is None
            else pl.col(name).dt.convert_time_zone("UTC")
        )
        .dt.strftime(form)
        .alias(name)
        for name, kind in schema.items()
        if kind.is_temporal() and kind not in (pl.Time, pl.Duration)
    ]
