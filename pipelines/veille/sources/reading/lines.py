"""Records of a text that still grows: lines are cut as they come, and each record knows where in the text it ends."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from veille.sources.base import SourceError
from veille.sources.reading import containers
from veille.sources.reading.json_records import MAX_PAGE, are_lines, is_json
from veille.sources.reading.sections import Record, row_record
from veille.sources.reading.tables import LONGEST_CELL, delimiter_of, header_at
from veille.sources.reading.text import encoding_of

HEAD = 1 << 16
"""Bytes by which it is decided what a text is; fewer decide where they show it."""
_ENOUGH_LINES = 60
MOST_QUOTED = 1 << 16
"""Bytes of a row of several lines."""
_UNREAD = "write NDJSON or CSV, or take it in as a whole with `veille import FILE`"


@dataclass(frozen=True, slots=True)
class LineFormat:
    """How a text is cut into records. header: None for JSON lines."""

    encoding: str
    header: tuple[str, ...] | None = None
    mark: str = ","
    notes: int = 0

    @property
    def semicolons(self) -> bool:
        return self.header is not None and self.mark == ";"


def format_of(head: bytes, name: str, known: frozenset[str], *, ended: bool) -> LineFormat | None:
    """What a text is by its first whole lines; None where more of it has to be seen first.

    known: column names by which a header is told from notes. ended: no more lines come for now, but a later call may
    bring them. Raises SourceError for a content that cannot be followed line by line.
    """
    if head:
        _refuse_containers(head, name)
    if b"\n" not in head:
        return None
    if are_lines(head):
        return LineFormat("utf-8")
    encoding = encoding_of(head)
    if encoding.startswith(("utf-16", "utf-32")):
        raise SourceError(
            f"{name} is {encoding.upper()}", "a stream must be UTF-8: write it so, or pipe it through iconv"
        )
    lines = [line for line in head.split(b"\n")[:-1] if line.strip()]
    first = lines[0].removeprefix(b"\xef\xbb\xbf").strip() if lines else b""
    if first.startswith(b"[{") or first == b"[":
        raise SourceError(f"{name} is one JSON array, which has no end while it grows", _UNREAD)
    text = b"\n".join(lines).decode(encoding, "surrogateescape") + "\n"
    mark = delimiter_of(text)
    rows = list(csv.reader(text.splitlines(), delimiter=mark)) if lines else []
    at = header_at(rows, known) if rows else 0
    sure = rows and len(set(rows[at]) & known) >= 2
    enough = len(lines) >= _ENOUGH_LINES or len(head) >= HEAD or (ended and len(rows) > at + 1)
    if not sure and not (enough and rows and len(rows[at]) > 1):
        return None
    header = tuple(cell.strip().lstrip("\ufeff") for cell in rows[at])
    return LineFormat(encoding, header, mark, at)


def _refuse_containers(head: bytes, name: str) -> None:
    try:
        kind = containers.kind_of(head, name)
    except containers.UnreadableError as error:
        raise SourceError(str(error), "a stream is text: NDJSON or CSV") from None
    if kind == "packed":
        raise SourceError(
            f"{name} is compressed or an archive", "unpack it on the way: zcat FILE | veille run --from -"
        )
    if kind != "text":
        raise SourceError(f"{name} is a {kind}, which cannot be followed", _UNREAD)


class LineCutter:
    """Bytes as they come → records, each with the offset at which it ends (of the next byte).

    left_out: what is no record, by reason. A line without its end waits for it.
    """

    def __init__(self, form: LineFormat, offset: int, *, at_start: bool) -> None:
        """offset: of the first byte that `feed` gets. at_start: whether notes and the header are still to come."""
        self.left_out: Counter[str] = Counter()
        self._form = form
        self._offset = offset
        self._tail = b""
        self._quoted = b""
        self._skipping = False
        self._skip_rows = form.notes + 1 if at_start and form.header is not None else 0

    @property
    def offset(self) -> int:
        """Where what was cut ends."""
        return self._offset

    @property
    def waiting(self) -> bool:
        """Whether a line without its end is held."""
        return bool(self._tail.strip() or self._quoted)

    def feed(self, block: bytes) -> list[tuple[Record, int]]:
        """The records that end in this block."""
        *lines, self._tail = (self._tail + block).split(b"\n")
        found: list[tuple[Record, int]] = []
        for line in lines:
            self._offset += len(line) + 1
            if self._skipping:
                self._skipping = False
                continue
            found += self._records(line)
        self._drop_endless()
        return found

    def last(self, *, sure: bool) -> list[tuple[Record, int]]:
        """The line that has no end yet, where it is a whole record: JSON shows that, of a table's row the caller is sure."""
        tail, complete = self._tail, sure if self._form.header is not None else is_json(self._tail.strip())
        if not tail.strip() or not complete:
            return []
        self._tail, self._offset = b"", self._offset + len(tail)
        return list(self._records(tail))

    def _records(self, line: bytes) -> Iterator[tuple[Record, int]]:
        if self._form.header is None:
            yield line.removeprefix(b"\xef\xbb\xbf").strip(b"\x1e \t\r"), self._offset
            return
        whole = self._quoted + line
        if whole.count(b'"') % 2 == 0:
            self._quoted = b""
            for row in self._rows(whole):
                yield row, self._offset
        elif len(whole) <= MOST_QUOTED:
            self._quoted = whole + b"\n"
        else:
            yield from self._unquoted(whole)

    def _unquoted(self, text: bytes) -> Iterator[tuple[Record, int]]:
        """A quotation mark that nothing closes spoils its own line only."""
        first, *others = text.split(b"\n")
        self._quoted = b""
        yield first, self._offset
        for line in others:
            yield from self._records(line)

    def _rows(self, text: bytes) -> Iterator[Record]:
        assert self._form.header is not None
        if not text.strip():
            return
        if self._skip_rows:
            self._skip_rows -= 1
            return
        csv.field_size_limit(LONGEST_CELL)
        decoded = text.decode(self._form.encoding, "surrogateescape").replace("\0", "")
        try:
            rows: Sequence[Sequence[str]] = list(csv.reader(io.StringIO(decoded), delimiter=self._form.mark))
        except csv.Error:
            self.left_out["ragged_row"] += 1
            return
        for row in rows:
            if any(row):
                yield row_record(self._form.header, _fitted(row, len(self._form.header)))

    def _drop_endless(self) -> None:
        if len(self._tail) > MAX_PAGE:
            self.left_out["too_large"] += not self._skipping
            self._offset += len(self._tail)
            self._tail, self._skipping = b"", True


def _fitted(row: Sequence[str], width: int) -> Sequence[str]:
    """Spreadsheets write empty cells beyond the last column."""
    return row[:width] if len(row) > width and not any(row[width:]) else row
