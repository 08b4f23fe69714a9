"""The sections of a file: each a run of records of one shape, whatever archive, encoding or container held them."""

import io
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, cast

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from veille.sources.base import SourceError
from veille.sources.reading import containers
from veille.sources.reading.json_records import JsonLines, JsonValues, are_lines
from veille.sources.reading.tables import HeaderedTable, csv_rows, delimiter_of, workbook_tables
from veille.sources.reading.text import LEGACY, as_utf8, encoding_of

STDIN = Path("-")
AT_ONCE = 20_000

Record = bytes | Mapping[str, Any]
"""JSON as it stands, or a row of a table by column; a row that does not fit its header is bytes."""


class RecordSection(Protocol):
    """Records of one member. table: whether rows have columns. said: what to tell about the reading."""

    name: str
    table: bool
    semicolons: bool
    said: list[str]

    @property
    def left_out(self) -> Counter[str]:
        """Records that cannot be cut from the stream, by reason."""
        ...

    def read(self, most: int) -> Sequence[Record]:
        """The next records; empty at the end. Raises SourceError for damage."""
        ...


class JsonSection:
    table, semicolons = False, False

    def __init__(self, values: "JsonLines | JsonValues", name: str, said: list[str]) -> None:
        self.name, self.said = name, said
        self._values = values

    @property
    def left_out(self) -> Counter[str]:
        return self._values.left_out

    def read(self, most: int) -> Sequence[Record]:
        return self._values.read(most)


class TableSection:
    table = True

    def __init__(self, table: HeaderedTable, said: list[str], *, semicolons: bool = False) -> None:
        self.name, self.said, self.semicolons = table.name, said, semicolons
        self.left_out: Counter[str] = Counter()
        self._table = table
        if table.skipped:
            said.append(f"{table.skipped} lines of notes before the header are skipped")

    @property
    def header(self) -> list[str]:
        return self._table.header

    def read(self, most: int) -> Sequence[Record]:
        header = self._table.header
        return [row_record(header, row) for row in self._table.read(most)]


def row_record(header: Sequence[str], row: Sequence[str]) -> Record:
    """A row by its columns; as bytes where it does not fit the header or holds broken characters."""
    return dict(zip(header, row, strict=True)) if len(row) == len(header) and _clean(row) else _as_text(row)


def _clean(row: Sequence[str]) -> bool:
    if "".join(row).isascii():
        return True
    return not any("\udc80" <= letter <= "\udcff" for cell in row if not cell.isascii() for letter in cell)


def _as_text(row: Sequence[str]) -> bytes:
    return ",".join(row).encode("utf-8", "surrogateescape")


class ParquetSection:
    """Rows of Parquet as JSON objects; times without a zone are UTC."""

    table, semicolons = False, False

    def __init__(self, stream: Any, name: str) -> None:
        self.name, self.said = name, list[str]()
        self.left_out: Counter[str] = Counter()
        try:
            self._file = pq.ParquetFile(stream)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError):
            raise SourceError(f"{name} is not a readable Parquet file") from None
        self._batches = self._file.iter_batches(AT_ONCE)
        self._left: list[bytes] = []

    def read(self, most: int) -> Sequence[Record]:
        while not self._left:
            try:
                batch = next(self._batches, None)
            except (pa.ArrowInvalid, OSError):
                raise SourceError(f"{self.name} is damaged: the part before the damage was read") from None
            if batch is None:
                return []
            self._left = _json_rows(pl.DataFrame(pl.from_arrow(batch)))
        rows, self._left = self._left[:most], self._left[most:]
        return rows

    @property
    def columns(self) -> list[str]:
        return list(self._file.schema_arrow.names)

    def frame(self, columns: Sequence[str]) -> pl.DataFrame:
        """All rows of some columns in their own types, whatever was read before. Raises SourceError."""
        try:
            return pl.DataFrame(pl.from_arrow(self._file.read(list(columns))))
        except (pa.ArrowInvalid, OSError):
            raise SourceError(f"{self.name} is damaged") from None


def _json_rows(frame: pl.DataFrame) -> list[bytes]:
    readable = frame.select(pl.exclude(pl.Binary))
    buffer = io.BytesIO()
    readable.with_columns(_rfc3339(readable.schema)).write_ndjson(buffer)
    return buffer.getvalue().splitlines()


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


class OpenFile:
    """One file or standard input: its sections one after another, and how much of it was read."""

    def __init__(self, path: Path, name: str, known: frozenset[str]) -> None:
        """known: column names by which a header is told from notes. Raises SourceError where it cannot be opened."""
        self.live = path == STDIN
        self._name, self._known = name, known
        try:
            self._raw = (
                cast("io.BufferedReader[Any]", sys.stdin.buffer) if self.live else path.open("rb", containers.BLOCK)
            )
        except OSError as error:
            raise SourceError(f"cannot read {path}: {error.strerror}") from None
        self._size = 0 if self.live else path.stat().st_size
        self._ended = False

    def sections(self) -> Iterator[RecordSection]:
        """Each section; read one to its end before asking for the next."""
        for member in containers.members(cast("io.BufferedReader[Any]", self._raw), self._name, live=self.live):
            yield from self._of(member)
        self._ended = True

    def _of(self, member: containers.ArchiveMember) -> Iterator[RecordSection]:
        if member.kind == "parquet":
            yield ParquetSection(containers.whole(member.stream, member.name), member.name)
        elif member.kind == "workbook":
            for table in workbook_tables(member.stream, member.name, self._known):
                yield TableSection(table, [])
        else:
            yield from self._text(member)

    def _text(self, member: containers.ArchiveMember) -> Iterator[RecordSection]:
        if member.name.lower().endswith(".parquet"):
            raise SourceError(f"{member.name} is not a readable Parquet file")
        encoding = encoding_of(member.head)
        said = _said(encoding)
        head = member.head.decode("utf-8-sig" if encoding == "utf-8" else encoding, "replace").lstrip("\ufeff")
        start = head.lstrip()[:1]
        stream = as_utf8(member.stream, encoding)
        if not start:
            return
        if start == "<":
            raise containers.UnreadableError(f"{member.name} is HTML or XML: export it as NDJSON, CSV, XLSX or Parquet")
        if start in "{[\x1e":
            head_bytes = head.encode("utf-8", "replace")
            values = JsonLines(stream, member.name) if are_lines(head_bytes) else JsonValues(stream, member.name)
            yield JsonSection(values, member.name, said)
            return
        if are_lines(head.encode("utf-8", "replace")):
            yield JsonSection(JsonLines(stream, member.name), member.name, said)
            return
        if sum(letter < " " and letter not in "\t\n\r\f" for letter in head) * 50 > len(head):
            raise containers.UnreadableError(f"{member.name} contains no text and has an unknown format")
        mark = delimiter_of(head)
        text = io.TextIOWrapper(stream, "utf-8-sig", errors="surrogateescape", newline="")
        table = HeaderedTable(csv_rows(text, member.name, mark), member.name, self._known)
        yield TableSection(table, said, semicolons=mark == ";")

    def consumed(self) -> int:
        """Bytes of the file read so far."""
        if self._ended:
            return self._size
        try:
            return min(self._size, self._raw.tell())
        except (OSError, ValueError):
            return 0

    def close(self) -> None:
        if not self.live:
            self._raw.close()


def _said(encoding: str) -> list[str]:
    if encoding in (LEGACY, "latin-1"):
        return ["the text is not UTF-8 and is read as Windows-1252 (Latin-1); accents may be wrong"]
    return [f"the text is read as {encoding.upper()}"] if encoding.startswith(("utf-16", "utf-32")) else []
