"""Rows of CSV, TSV and workbooks: the delimiter, the header under a preamble, and cells as text."""

import contextlib
import csv
import io
import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import python_calamine as calamine

from veille.sources.base import SourceError
from veille.sources.reading.containers import whole

DELIMITERS = ",\t;|"
LONGEST_CELL = 1 << 24
LOOKED_AT = 60
"""Rows in which the header is sought."""
MOST_EXCEL_DIGITS = 10**15
"""Excel keeps 15 digits of a number; a longer id was rounded."""

Row = list[str]


def delimiter_of(head: str) -> str:
    """The character that cuts most of the first rows into the same number of cells, at least two."""
    if head[:4].lower() == "sep=" and head[4:5] and head[5:6] in ("\r", "\n"):
        return head[4]
    best, score = ",", 0.0
    for mark in DELIMITERS:
        widths = [len(row) for row in _rows_of(head, mark) if any(row)]
        if not widths:
            continue
        width, rows = max(Counter(widths).items(), key=lambda found: (found[1] * (found[0] > 1), found[0]))
        agree = rows / len(widths) * min(width, 12) if width > 1 else 0.0
        if agree > score:
            best, score = mark, agree
    return best


def _rows_of(head: str, mark: str) -> list[Row]:
    lines = head.splitlines(keepends=True)
    reader = csv.reader(lines[:-1] if len(lines) > 2 and not head.endswith("\n") else lines, delimiter=mark)
    rows: list[Row] = []
    with contextlib.suppress(csv.Error):
        rows.extend(itertools.islice(reader, LOOKED_AT))
    return rows[:-1] if len(rows) == len(lines) > 2 else rows


def header_at(rows: Sequence[Sequence[str]], known: frozenset[str]) -> int:
    """Where the header stands among the first rows: after notes, before the data.

    It is the first row that names a known column twice; else the first as wide as most rows, of different words.
    """
    for at, row in enumerate(rows):
        if len({cell.strip().strip("\ufeff") for cell in row} & known) >= 2:
            return at
    widths = Counter(len(row) for row in rows if any(row))
    if not widths:
        return 0
    usual = max(widths.items(), key=lambda found: (found[1], found[0]))[0]
    for at, row in enumerate(rows):
        named = [cell for cell in row if cell.strip()]
        if len(row) == usual and len(named) == len(set(named)) and len(named) * 2 > usual and not _all_numbers(named):
            return at
    return 0


def _all_numbers(cells: Sequence[str]) -> bool:
    return all(cell.strip().replace(".", "", 1).replace("-", "").isdigit() for cell in cells)


class HeaderedTable:
    """Rows below a header. `header` names the columns; `skipped` counts rows of notes before it.

    A row that is not as wide as the header is kept in `ragged` (as its text), unless only empty cells are too many.
    """

    def __init__(self, rows: Iterator[Sequence[str]], name: str, known: frozenset[str]) -> None:
        self.name = name
        first = list(itertools.islice(rows, LOOKED_AT))
        at = header_at(first, known) if first else 0
        self.skipped = sum(1 for row in first[:at] if any(row))
        self.header = [cell.strip().lstrip("\ufeff") for cell in first[at]] if first else []
        while self.header and not self.header[-1]:
            self.header.pop()
        self._rows = itertools.chain(first[at + 1 :], rows)

    def read(self, most: int) -> list[Sequence[str]]:
        """The next rows, at most `most`; empty at the end. Blank rows are left out."""
        width, found = len(self.header), []
        for row in self._rows:
            if len(row) > width and not any(row[width:]):
                row = row[:width]  # noqa: PLW2901  spreadsheets write empty cells beyond the last column
            if row and (width == 1 or any(row)):
                found.append(row)
                if len(found) == most:
                    break
        return found


def csv_rows(text: io.TextIOBase, name: str, mark: str) -> Iterator[Row]:
    """Rows of a delimited text. Raises SourceError where it is none."""
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader((line.replace("\0", "") if "\0" in line else line for line in text), delimiter=mark)
    try:
        first = next(reader, None)
        if first is not None and not (len(first) <= 2 and first[0].lower().startswith("sep=")):
            yield first
        yield from reader
    except csv.Error as error:
        raise SourceError(f"{name}, line {reader.line_num:,}: not CSV ({error})") from None


def workbook_tables(stream: io.BufferedReader, name: str, known: frozenset[str]) -> Iterator[HeaderedTable]:
    """A table for each sheet that has rows. Raises SourceError."""
    try:
        book = calamine.CalamineWorkbook.from_filelike(whole(stream, name))
        for sheet in book.sheet_names:
            rows = iter(book.get_sheet_by_name(sheet).iter_rows())
            table = HeaderedTable((list(map(_cell, row)) for row in rows), f"{name}/{sheet}", known)
            if len(table.header) > 1:
                yield table
    except calamine.PasswordError:
        raise SourceError(f"{name} is password-protected: save it without a password") from None
    except calamine.CalamineError:
        raise SourceError(f"{name} is not a readable workbook (XLSX, XLS or ODS)") from None


def _cell(value: Any) -> str:  # noqa: PLR0911  one line a kind of cell
    """A cell as text; a number that Excel has rounded keeps its exponent, so that it is not taken for an id."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if value.is_integer():
            return str(int(value)) if abs(value) < MOST_EXCEL_DIGITS else f"{value:.14E}"
        return repr(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return "" if value is None else str(value)
