"""The data dictionary: what every published column means, from the comments of the catalogue itself.

A comment's first sentence is the meaning; what follows is the definition (allowed values, what is left out). The unit
follows from the type and the name: a time is UTC, a count is events, a share is 0 to 1.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from veille.store.reader import Reader

COLUMNS = "dictionary/columns"
"""The query whose answer a dictionary is made of."""

_SENTENCE = re.compile(r"(.+?\.) (?=[A-Z])(.+)", re.DOTALL)
_UNITS: Sequence[tuple[str, str]] = (
    (r"seconds(_.*)?$|.*_seconds$", "seconds"),
    (r".*hours$", "hours"),
    (r"expected|low|high", "count"),
    (r"byte_count$", "bytes"),
    (r"sampling_probability$|.*_(share|rate)$|share|p_value$|q_value$", "0 to 1"),
)
_NOT_COUNTS = re.compile(r"version|.*_version|.*_format|position|weekday|batch")


@dataclass(frozen=True, slots=True, kw_only=True)
class DictionaryEntry:
    """A published column. type: of DuckDB. unit: empty where there is none. definition: empty where the meaning says all."""

    catalogue: str
    relation: str
    name: str
    type: str
    unit: str
    meaning: str
    definition: str


@dataclass(frozen=True, slots=True)
class Dictionary:
    """All published columns of one or more catalogues, and what their relations are."""

    entries: tuple[DictionaryEntry, ...]
    relations: Mapping[tuple[str, str], str]

    @property
    def version(self) -> str:
        """16 hex digits of the SHA-256 of everything said: another word anywhere is another version."""
        said = [sorted(asdict(entry).values()) for entry in self.entries]
        said += [[*key, text] for key, text in sorted(self.relations.items())]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:16]


def read(folders: Mapping[str, Path]) -> Dictionary:
    """The dictionary of one's own published folders by the name of their catalogue. Raises CatalogueMissing or StoreError."""
    return of_rows({name: Reader(folder, threads=1).named(COLUMNS) for name, folder in folders.items()})


def of_rows(found: Mapping[str, pl.DataFrame]) -> Dictionary:
    """The dictionary from the answers to COLUMNS by the name of their catalogue."""
    entries: list[DictionaryEntry] = []
    relations: dict[tuple[str, str], str] = {}
    for catalogue, rows in found.items():
        for row in rows.iter_rows(named=True):
            meaning, definition = split_comment(row["column_meaning"] or "")
            unit = unit_of(row["column_name"], row["column_type"])
            entries.append(
                DictionaryEntry(
                    catalogue=catalogue,
                    relation=row["relation"],
                    name=row["column_name"],
                    type=row["column_type"],
                    unit=unit,
                    meaning=meaning,
                    definition=definition,
                )
            )
            relations[catalogue, row["relation"]] = row["relation_meaning"] or ""
    return Dictionary(tuple(entries), relations)


def version(folder: Path, catalogue: str) -> str:
    """The version of one catalogue's dictionary."""
    return read({catalogue: folder}).version


def split_comment(comment: str) -> tuple[str, str]:
    """(first sentence, rest) of a comment."""
    found = _SENTENCE.fullmatch(comment)
    return (found[1], found[2]) if found else (comment, "")


def unit_of(name: str, kind: str) -> str:
    """The unit of a column, empty where it has none."""
    if kind.startswith("TIMESTAMP"):
        return "UTC"
    if kind == "DATE":
        return "day, UTC"
    for pattern, unit in _UNITS:
        if re.fullmatch(pattern, name):
            return unit
    return "count" if kind in ("BIGINT", "INTEGER", "HUGEINT") and not _NOT_COUNTS.fullmatch(name) else ""


def undocumented(dictionary: Dictionary) -> list[str]:
    """Columns and relations without a comment, as `catalogue.relation[.column]`."""
    bare = [f"{key[0]}.{key[1]}" for key, text in dictionary.relations.items() if not text]
    return bare + [f"{e.catalogue}.{e.relation}.{e.name}" for e in dictionary.entries if not e.meaning]


def to_markdown(dictionary: Dictionary) -> str:
    """The dictionary as a page."""
    return "\n".join(_lines(dictionary)) + "\n"


def _lines(dictionary: Dictionary) -> Iterator[str]:
    yield "# Data dictionary"
    yield ""
    yield "Every column that is published, from the comments of the catalogue itself. Made by `veille dictionary`; do not edit."
    yield "Ids are pseudonyms. Times are UTC, without a zone. How rates are defined: [worked examples](research/examples.md)."
    yield ""
    yield f"Version `{dictionary.version}`."
    for catalogue in dict.fromkeys(entry.catalogue for entry in dictionary.entries):
        yield from ("", f"## Catalogue {catalogue}")
        entries = [entry for entry in dictionary.entries if entry.catalogue == catalogue]
        for relation in dict.fromkeys(entry.relation for entry in entries):
            yield from ("", f"### {catalogue}: {relation}", "", dictionary.relations[catalogue, relation], "")
            yield from _table(entry for entry in entries if entry.relation == relation)


def _table(entries: Iterable[DictionaryEntry]) -> Iterator[str]:
    yield "| column | type | unit | meaning | definition |"
    yield "|---|---|---|---|---|"
    for entry in entries:
        cells = (f"`{entry.name}`", entry.type, entry.unit, entry.meaning, entry.definition)
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
