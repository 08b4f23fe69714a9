"""Files as columns, for the commands that work on a researcher's own file: ids as text, times in UTC, rows in order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import msgspec
import polars as pl

from veille.sources.adapter_records import AdapterTranslator
from veille.sources.base import SourceError
from veille.sources.files import FileSource
from veille.sources.mapping import FieldMap
from veille.sources.openings import Opening, as_it_is
from veille.sources.reading.objects import dict_of
from veille.sources.reading.sections import AT_ONCE, ParquetSection, Record, RecordSection
from veille.sources.reading.times import TimeForm, decide, read_times
from veille.sources.reading.values import LOST, MOST_EXACT, NOBODY, R_MISSING, id_of
from veille.sources.translate import RowsTranslator, Translator

TIME = "occurred_at"
TEXT = ("prompt",)
_NUMBER_LIKE = r"^\d+(?:[.,]\d+)?[eE]\+\d+$"
_POINT_ZERO = r"^(\d+)\.0*$"


@dataclass(kw_only=True)
class Columns:
    """What was read. frame: the wanted columns that some file has. types: ids' own types. lost: ids without their digits,
    by column. unreadable: times that are none; `unreadable_at` the first such row. given: names that the files have."""

    frame: pl.DataFrame
    types: dict[str, pl.DataType]
    lost: dict[str, int] = field(default_factory=dict)
    unreadable: int = 0
    unreadable_at: int = 0
    given: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Asked:
    wanted: Sequence[str]
    mapping: FieldMap | None
    day_first: bool | None


def read_columns(
    source: FileSource,
    wanted: Sequence[str],
    mapping: FieldMap | None,
    *,
    day_first: bool | None = None,
) -> Columns:
    """The wanted fields of all files of `source`, ids null where missing or without their digits.

    Raises SourceError for ids in lists, damage, and dates whose order cannot be told.
    """
    parts: list[pl.DataFrame] = []
    result, asked = Columns(frame=pl.DataFrame(), types={}), _Asked(wanted, mapping, day_first)
    for section, batch, translate in source.opened():
        if isinstance(translate, AdapterTranslator):
            parts.append(_of_messages(_messages(section, batch, translate), wanted))
        else:
            opening = translate.opening if isinstance(translate, RowsTranslator) else as_it_is
            parts.append(_of_section(section, batch, opening, asked, source, result))
    late = [message for chunk in source.undecided() for message in chunk.messages if message]
    if late:
        parts.append(_of_messages(late, wanted))
    result.frame = pl.concat(parts, how="diagonal_relaxed") if parts else pl.DataFrame()
    return result


def _messages(section: RecordSection, batch: Sequence[Record], translate: Translator) -> Iterator[bytes]:
    done = 0
    while batch:
        first = done
        yield from translate(batch, lambda at, first=first: (section.name, first + at + 1)).contents  # type: ignore[misc]
        done += len(batch)
        batch = section.read(AT_ONCE)


def _of_messages(messages: "Iterator[bytes] | list[bytes]", wanted: Sequence[str]) -> pl.DataFrame:
    shape = msgspec.defstruct("Row", [(name, str | None, None) for name in wanted], gc=False)
    decode = msgspec.json.Decoder(shape).decode
    rows = [decode(message) for message in messages if b'"mention"' in message]
    frame = pl.DataFrame({name: pl.Series(name, [getattr(row, name) for row in rows], pl.String) for name in wanted})
    return frame.with_columns(read_times(frame[TIME], TimeForm()).alias(TIME)) if TIME in wanted else frame


def _of_section(
    section: RecordSection,
    batch: Sequence[Record],
    opening: Opening,
    asked: _Asked,
    source: FileSource,
    result: Columns,
) -> pl.DataFrame:
    raw, result.given = _raw_columns(section, batch, opening, asked, source)
    for name, column in raw.items():
        if column.dtype.is_nested():
            raise SourceError(f"{section.name}: {name} contains lists or objects; one ID per row is required")
        if name not in (TIME, *TEXT):
            result.types.setdefault(name, column.dtype)
    found = {
        name: _text(column) if name in TEXT else _ids(column, result) for name, column in raw.items() if name != TIME
    }
    if TIME in raw:
        given = raw[TIME]
        posts = (found.get("post_id"), found.get("event_id"))
        form = decide(
            given.head(AT_ONCE).to_list(),
            next((column.head(AT_ONCE).to_list() for column in posts if column is not None), ()),
            semicolons=section.semicolons,
            day_first=asked.day_first,
        )
        source.said += [f"{section.name}: {line}" for line in form.said]
        found[TIME] = times = read_times(given, form)
        bad = times.is_null()
        result.unreadable += int(bad.sum())
        result.unreadable_at = (bad.arg_max() or 0) + 1
    return pl.DataFrame([column.alias(name) for name, column in found.items()])


def _raw_columns(
    section: RecordSection, batch: Sequence[Record], opening: Opening, asked: _Asked, source: FileSource
) -> tuple[dict[str, pl.Series], list[str]]:
    """Columns as the file has them, and the names in it."""
    mapping = asked.mapping
    renames = {name: name for name in asked.wanted} | (mapping.plain if mapping is not None else {})
    if isinstance(section, ParquetSection) and opening is as_it_is and (mapping is None or mapping.is_plain):
        names = section.columns
        there = {ours: renames[ours] for ours in asked.wanted if renames[ours] in names}
        frame = section.frame(list(dict.fromkeys(there.values())))
        return {ours: frame[theirs].alias(ours) for ours, theirs in there.items()}, names
    records = _records(section, batch, opening, source)
    names, values = _values(records, asked.wanted, mapping)
    return {name: _series(name, column) for name, column in values.items()}, names


def _records(
    section: RecordSection, batch: Sequence[Record], opening: Opening, source: FileSource
) -> Iterator[Mapping[str, Any]]:
    while batch:
        for record in batch:
            if isinstance(record, bytes) and not record.strip():
                continue
            found = dict_of(record)
            for each in (found,) if isinstance(found, str) else opening(found):
                if isinstance(each, str):
                    source.leave_out("ragged_row" if section.table else each)
                else:
                    yield each
        batch = section.read(AT_ONCE)


def _values(
    records: Iterator[Mapping[str, Any]], wanted: Sequence[str], mapping: FieldMap | None
) -> tuple[list[str], dict[str, list[Any]]]:
    first = next(records, None)
    if first is None:
        return [], {}
    rows: list[Mapping[str, Any]] = []
    for record in chain([first], records):
        apart = mapping is None and TIME not in record and "date" in record and "time" in record
        each = mapping.rows(record) if mapping is not None else [record]
        for row in each:
            found = {name: row[name] for name in wanted if name in row}
            if apart:
                found[TIME] = f"{record['date']} {record['time']}"
            rows.append(found)
    has = {name for row in rows for name in row}
    return list(first), {name: [row.get(name) for row in rows] for name in wanted if name in has}


def _series(name: str, values: list[Any]) -> pl.Series:
    """Numbers stay numbers where all are; else text, but for lists and objects, which are left to be refused."""
    kinds = {type(value) for value in values if value is not None}
    if kinds & {list, dict}:
        return pl.Series(
            name, [value if isinstance(value, list) else [] for value in values], pl.List(pl.String), strict=False
        )
    if kinds == {int}:
        try:
            return pl.Series(name, values, pl.Int64)
        except (OverflowError, TypeError, pl.exceptions.PolarsError):
            return pl.Series(name, [None if value is None else str(value) for value in values], pl.String)
    if kinds <= {float, int} and float in kinds and name == TIME:
        return pl.Series(name, values, pl.Float64, strict=False)
    return pl.Series(name, [_written(value) for value in values], pl.String)


def _written(value: Any) -> str | None:
    if isinstance(value, float):
        return repr(value) if abs(value) >= MOST_EXACT or not value.is_integer() else str(int(value))
    return value if value is None or isinstance(value, str) else str(value)


def _text(column: pl.Series) -> pl.Series:
    text = column.cast(pl.String, strict=False)
    return pl.select(pl.when(text.str.strip_chars() != "").then(text)).to_series()


def _ids(column: pl.Series, result: Columns) -> pl.Series:
    """Ids as text, null where missing or where digits are lost (counted in `result.lost`)."""
    if column.dtype.is_integer():
        return column.cast(pl.String)
    if column.dtype.is_float():
        distinct = {value: id_of(value) for value in column.unique().to_list()}
        lost = sum(1 for value in column.to_list() if distinct.get(value) is LOST)
        result.lost[column.name] = result.lost.get(column.name, 0) + lost
        return pl.Series(
            column.name,
            [None if (text := distinct.get(value)) is LOST else text for value in column.to_list()],
            pl.String,
        )
    text = column.cast(pl.String, strict=False).str.strip_chars()
    missing = text.is_null() | text.str.to_lowercase().is_in(sorted(NOBODY)) | (text == R_MISSING)
    odd = text.str.contains(_NUMBER_LIKE) | text.str.contains(_POINT_ZERO)
    if odd.any():
        read = {value: id_of(value) for value in text.filter(odd & ~missing).unique().to_list()}
        gone = [value for value, found in read.items() if found is LOST]
        result.lost[column.name] = result.lost.get(column.name, 0) + int(text.is_in(gone).sum())
        text = text.replace_strict(
            list(read),
            [None if found is LOST else found for found in read.values()],
            default=text,
            return_dtype=pl.String,
        )
    return pl.select(pl.when(~missing).then(text)).to_series().alias(column.name)
