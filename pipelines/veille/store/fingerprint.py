"""One digest per published relation: two data folders that say the same have the same fingerprint."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from veille.store.reader import CatalogueMissing, Reader

CATALOGUES = ("analyst", "research")

LEFT_OUT = frozenset(
    {
        *("ingested_at", "known_at", "batch", "created_at", "published_at", "as_of"),
        *("dead_letter_counts.hour", "status.complete_until"),
    }
)
"""Columns, of every relation or of one, that say when or by whom a row was written; not part of any fingerprint."""
LEFT_OUT_RELATIONS = frozenset({"feed", "detector_steps", "segments"})
"""Relations that are about the work of this installation alone: its clock, its durations, its file names."""

_JSON = frozenset({"evidence", "explanation", "detail", "facts", "contributions"})
_DIGITS = 9
"""Significant digits of a floating-point number that count: the last ones depend on the processor's libraries."""


@dataclass(frozen=True, slots=True)
class Digest:
    """Of one relation. rows: how many; digest: over all rows in a total order; columns: name → digest of its values, in any order."""

    rows: int
    digest: str
    columns: Mapping[str, str]


def fingerprint(published: Path) -> dict[str, Digest]:
    """`catalogue.relation` → its digest, of a folder such as `<data-dir>/published`. A catalogue that is absent is left out.

    Raises StoreError.
    """
    found = {}
    for catalogue, reader in _readers(published):
        for relation, columns in _relations(reader).items():
            found[f"{catalogue}.{relation}"] = _digest(reader, relation, columns)
    if not found:
        raise CatalogueMissing(f"nothing is published in {published}", "start `veille run` or `veille replay`")
    return found


def row_digests(published: Path) -> dict[str, list[bytes]]:
    """`catalogue.relation` → the digests of its rows (16 bytes each), in order. Raises StoreError."""
    return {
        f"{catalogue}.{relation}": _rows(reader, relation, columns)
        for catalogue, reader in _readers(published)
        for relation, columns in _relations(reader).items()
    }


def table(digests: Mapping[str, Digest]) -> dict[str, Any]:
    """As JSON holds it."""
    return {name: asdict(digest) for name, digest in sorted(digests.items())}


def read_table(table: Mapping[str, Any]) -> dict[str, Digest]:
    """The digests that `table` wrote. Raises KeyError or TypeError where it is not such a table."""
    return {name: Digest(row["rows"], row["digest"], dict(row["columns"])) for name, row in table.items()}


def differences(before: Mapping[str, Digest], after: Mapping[str, Digest]) -> dict[str, list[str]]:
    """Relations whose digests differ → the columns that differ: none where only the pairing of values in rows does."""
    differ: dict[str, list[str]] = {}
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if old is not None and new is not None and old.digest == new.digest and old.columns == new.columns:
            continue
        pairs = {**(old.columns if old else {})}.items() ^ {**(new.columns if new else {})}.items()
        differ[name] = sorted({column for column, _ in pairs})
    return differ


def _readers(published: Path) -> Iterator[tuple[str, Reader]]:
    for catalogue in CATALOGUES:
        reader = Reader(published / catalogue)
        try:
            if reader.path.is_file():
                yield catalogue, reader
        finally:
            reader.close()


def _relations(reader: Reader) -> dict[str, dict[str, str]]:
    """Relation → column → DuckDB type, without what is left out, all in order of their names."""
    found: dict[str, dict[str, str]] = {}
    for relation, column, kind in reader.named("publish/public_columns").iter_rows():
        if relation not in LEFT_OUT_RELATIONS and not LEFT_OUT & {column, f"{relation}.{column}"}:
            found.setdefault(relation, {})[column] = kind
    return found


def _digest(reader: Reader, relation: str, columns: Mapping[str, str]) -> Digest:
    rows = _rows(reader, relation, columns)
    sums = ", ".join(f"sum(md5_number_lower({_text(name, kind)}))::VARCHAR" for name, kind in columns.items())
    values = reader.query(f'SELECT {sums} FROM "{relation}"').row(0)  # noqa: S608  names from the catalogue itself
    parts = {name: _short(str(value).encode()) for name, value in zip(columns, values, strict=True)}
    return Digest(len(rows), _short(b"".join(rows)), parts)


def _rows(reader: Reader, relation: str, columns: Mapping[str, str]) -> list[bytes]:
    """Digests of all rows in order: a total order, whatever the columns."""
    row = ", ".join(_text(name, kind) for name, kind in columns.items())
    told = f'SELECT unhex(md5(concat_ws(chr(31), {row}))) AS digest FROM "{relation}" ORDER BY digest'  # noqa: S608  as above
    return reader.query(told)["digest"].to_list()


def _text(name: str, kind: str) -> str:
    """SQL of a column's value as text that is the same on every machine; never null."""
    value = f'"{name}"'
    if kind in ("DOUBLE", "FLOAT"):
        value = f"printf('%.{_DIGITS}g', {value}::DOUBLE)"
    elif name in _JSON:
        value = f"regexp_replace({value}, '(\\d\\.\\d{{{_DIGITS - 1}}})\\d+', '\\1', 'g')"
    return f"coalesce({value}::VARCHAR, chr(0))"


def _short(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]
