"""A query's rows as JSON, CSV or Arrow, bounded by what is sent: names of columns repeat in every JSON row, text grows when escaped."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Literal

import msgspec
import polars as pl

from veille.research.gateway import QueryResult, QueryWrong
from veille.store.export import to_csv

Form = Literal["json", "csv", "arrow"]
TYPES: dict[Form, str] = {
    "json": "application/json",
    "csv": "text/csv",
    "arrow": "application/vnd.apache.arrow.stream",
}
MIB = 1 << 20
_PIECE_BYTES = 1 << 18
_CHUNK_BYTES = 1 << 16
_ROOM_FOR_FACTS = 4096


@dataclass(frozen=True, slots=True)
class Encoded:
    """An answer as it goes over the wire. rows: how many are in it. cut: whether it was cut short to fit."""

    rows: int
    cut: bool
    body: Iterator[bytes]


def encode(result: QueryResult, form: Form, most_bytes: int) -> Encoded:
    """The answer in at most `most_bytes`, kept in a file once it is large. Raises QueryWrong where not even the columns fit."""
    if form == "arrow":  # bounded as it came
        return Encoded(result.rows, False, result.answered.chunks())
    file: IO[bytes] = tempfile.SpooledTemporaryFile(MIB)  # noqa: SIM115  closed when it was read
    rows, whole = _write(_parts(result, form), file, form, most_bytes - _ROOM_FOR_FACTS)
    if form == "csv":
        return Encoded(rows, not whole, _read(b"", file, b""))
    return Encoded(rows, not whole, _read(_head(result, rows, whole, most_bytes), file, b"]}"))


def _write(parts: Iterator[pl.DataFrame], file: IO[bytes], form: Form, most: int) -> tuple[int, bool]:
    """Rows written, and whether these are all."""
    rows, first = 0, True
    for part in parts:
        start = 0
        while first or start < part.height:
            piece, taken = _fitting(part, start, form, first, most - file.tell())
            if piece is None:
                return rows, False
            file.write(piece)
            rows, start, first = rows + taken, start + taken, False
    return rows, True


def _fitting(part: pl.DataFrame, start: int, form: Form, first: bool, room: int) -> tuple[bytes | None, int]:
    """The next rows that fit into `room`, and how many these are; None where not one more does."""
    count = _rows_at_once(part, form)
    while True:
        rows = part.slice(start, count)
        piece = _encoded(rows, form, first)
        if len(piece) <= room:
            return piece, rows.height
        if count == 1:
            if first and form == "csv" and not rows.height:
                raise QueryWrong(
                    "the names of its columns are larger than an answer may be", cure="give them shorter names"
                )
            return None, 0
        count = max(1, count // 4)


def _encoded(rows: pl.DataFrame, form: Form, first: bool) -> bytes:
    try:
        if form == "csv":
            return to_csv(rows, header=first).encode()
        body = rows.write_json().encode()[1:-1]
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise QueryWrong(
            f"a column has a type that is not supported as {form} ({type(error).__name__}): CAST it AS VARCHAR, or ask for arrow"
        ) from None
    return body if first or not body else b"," + body


def _rows_at_once(part: pl.DataFrame, form: Form) -> int:
    """Rows whose text is about a piece: their values, and in JSON the names with them."""
    names = sum(len(name.encode()) + 4 for name in part.columns) if form == "json" else 0
    values = int(part.estimated_size()) // max(1, part.height)
    return max(1, min(part.height, _PIECE_BYTES // max(1, names + values)))


def _head(result: QueryResult, rows: int, whole: bool, most: int) -> bytes:
    cut = result.truncated or not whole
    facts = {
        "query_id": result.query_id,
        "catalogue": result.catalogue,
        "as_of": result.as_of,
        "seconds": round(result.seconds, 3),
        "truncated": cut,
        "notice": result.notice and str(result.notice) if whole else notice(rows, most),
        "columns": result.answered.names(),
    }
    head = msgspec.json.encode(facts)
    if len(head) > most:
        raise QueryWrong("the names of its columns are larger than an answer may be", cure="give them shorter names")
    return head[:-1] + b',"rows":['


def notice(rows: int, most: int) -> str:
    """The sentence under an answer that was cut to fit."""
    return (
        f"cut off at {rows:,} rows, {most // MIB} MiB in this format, the limit of one result: select fewer columns, give them "
        "shorter names, or ask for arrow; the steward can raise `result_mib` under [research]"
    )


def _parts(result: QueryResult, form: Form) -> Iterator[pl.DataFrame]:
    return (part for part in result.answered.frames() if part.width and (part.height or form == "csv"))


def _read(head: bytes, file: IO[bytes], tail: bytes) -> Iterator[bytes]:
    file.seek(0)
    with file:
        if head:
            yield head
        while data := file.read(_CHUNK_BYTES):
            yield data
        if tail:
            yield tail
