"""Any file of rows in, any table out: for the commands that work on files of a researcher's own."""

import gzip
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
import zstandard

from veille.cli.common import CommandError, note
from veille.sources.base import SourceError
from veille.sources.reading.objects import dict_of
from veille.sources.reading.sections import AT_ONCE, OpenFile, ParquetSection, RecordSection, TableSection

_JSON = (".ndjson", ".jsonl", ".json")


def load(path: Path) -> pl.DataFrame:
    """All rows of any file of rows; cells of tables and mixed JSON are text, without one null.

    Lines without a cell are left out. Raises CommandError that names the file, what is wrong and the cure.
    """
    if not path.is_file():
        raise CommandError(f"{path}: {'is a folder' if path.is_dir() else 'no such file'}")
    try:
        return _rows(path)
    except SourceError as error:
        raise CommandError(str(error) if path.name in str(error) else f"{path}: {error}") from None


def load_all(path: Path) -> Iterator[pl.DataFrame]:
    """The rows of every table in a file, an archive's members one after another; otherwise as `load`."""
    if not path.is_file():
        raise CommandError(f"{path}: {'is a folder' if path.is_dir() else 'no such file'}")
    try:
        yield from _tables(path)
    except SourceError as error:
        raise CommandError(str(error) if path.name in str(error) else f"{path}: {error}") from None


def _rows(path: Path) -> pl.DataFrame:
    for table in _tables(path):
        return table
    raise CommandError(f"{path}: the file is empty")


def _tables(path: Path) -> Iterator[pl.DataFrame]:
    opened = OpenFile(path, path.name, frozenset({"timestamp", "value"}))
    try:
        for section in opened.sections():
            if isinstance(section, ParquetSection):
                yield section.frame(section.columns)
                continue
            for line in section.said:
                note(f"{path}: {line}")
            yield _of_records(path, section)
    finally:
        opened.close()


def _of_records(path: Path, section: RecordSection) -> pl.DataFrame:
    rows: list[Mapping[str, Any]] = []
    while batch := section.read(AT_ONCE):
        for number, record in enumerate(batch, len(rows) + 1):
            found = dict_of(record)
            if isinstance(found, str):
                raise CommandError(f"{path}: row {number:,}: {_why(section)}")
            rows.append(found)
    if not rows and isinstance(section, TableSection):
        return pl.DataFrame(schema=dict.fromkeys(section.header, pl.String))
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pl.DataFrame([_column(name, [row.get(name) for row in rows]) for name in names])


def _why(section: RecordSection) -> str:
    if section.table:
        return "the number of cells differs from the header, or a quote is not closed"
    return "it is not a JSON object"


def _column(name: str, values: list[Any]) -> pl.Series:
    kinds = {type(value) for value in values if value is not None}
    if kinds and kinds <= {int, float}:
        return pl.Series(name, values, pl.Float64 if float in kinds else pl.Int64, strict=False)
    return pl.Series(name, [str(value) if value is not None and value != "" else None for value in values], pl.String)


def save(table: pl.DataFrame, out: Path) -> None:
    """Write by the name of the file: .parquet, .ndjson, else CSV; .gz and .zst compress. Raises CommandError."""
    kinds = [suffix.lower() for suffix in out.suffixes]
    buffer = BytesIO()
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        if kinds[-1:] == [".parquet"]:
            table.write_parquet(out)
            return
        table.write_ndjson(buffer) if set(kinds) & set(_JSON) else table.write_csv(buffer)
        data = buffer.getvalue()
        if kinds[-1:] == [".gz"]:
            data = gzip.compress(data)
        elif kinds[-1:] in ([".zst"], [".zstd"]):
            data = zstandard.compress(data)
        out.write_bytes(data)
    except OSError as error:
        raise CommandError(f"{out}: cannot be written ({error.strerror or type(error).__name__})") from None
