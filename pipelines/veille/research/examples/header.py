"""The header of a query file: what it asks, how, what to beware of, its parameters and columns.

A header is the comment at the file's begin. A line `-- Title: text` opens a section, an indented one continues it.
Entries of `Parameters:` and `Columns:` stand between semicolons: `$name[, $name…] (TYPE[, unit]) [= default][: meaning]`,
columns without `$` and default. A parameter without a default must be given; `= null` may be left out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from veille.research.errors import ResearchError

_TITLE = re.compile(r"-- ([A-Z][a-z]+): (.*)")
_KIND = r" \((?P<type>[A-Z]+)(?:, (?P<unit>[^)]*))?\)"
_TEXT = r"(?:: (?P<text>.*))?"
_PARAMETER = re.compile(r"(?P<names>\$\w+(?:, \$\w+)*)" + _KIND + r"(?: = (?P<default>[^:]+))?" + _TEXT)
_COLUMN = re.compile(r"(?P<names>\w+(?:, \w+)*)" + _KIND + _TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A value that the query takes. type: of DuckDB. default: as text, None where it must be given."""

    name: str
    type: str
    unit: str
    default: str | None
    meaning: str


@dataclass(frozen=True, slots=True)
class HeaderColumn:
    """A column of the result."""

    name: str
    type: str
    unit: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A query with what a reader must know of it. catalogues: on which it runs. sql: the whole file's text."""

    name: str
    sql: str
    question: str = ""
    method: str = ""
    caveats: str = ""
    study: str = ""
    grain: str = ""
    catalogues: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = field(default=())
    columns: tuple[HeaderColumn, ...] = field(default=())


def parse(name: str, sql: str) -> Example:
    """The example in a file's text; sections that it lacks are empty. Raises ResearchError where an entry cannot be read."""
    found = dict(_sections(sql))
    return Example(
        name=name,
        sql=sql,
        question=found.get("Question", ""),
        method=found.get("Method", ""),
        caveats=found.get("Caveats", ""),
        study=found.get("Study", ""),
        grain=found.get("Grain", ""),
        catalogues=tuple(re.findall(r"\w+", found.get("Catalogues", ""))),
        parameters=tuple(_parameters(name, found.get("Parameters", ""))),
        columns=tuple(_columns(name, found.get("Columns", ""))),
    )


def _sections(sql: str) -> Iterator[tuple[str, str]]:
    title, words = "", list[str]()
    for line in sql.splitlines():
        if not line.startswith("--"):
            break
        opened = _TITLE.fullmatch(line)
        if opened:
            yield title, " ".join(words)
            title, words = opened[1], [opened[2]]
        else:
            words.append(line[2:].strip())
    yield title, " ".join(words)


def _parameters(name: str, text: str) -> Iterator[Parameter]:
    for entry in _entries(text):
        match = _PARAMETER.fullmatch(entry)
        if match is None:
            raise ResearchError(f"{name}: the header's parameter {entry!r} is not `$name (TYPE) = default: meaning`")
        for each in re.findall(r"\w+", match["names"]):
            yield Parameter(
                name=each,
                type=match["type"],
                unit=match["unit"] or "",
                default=match["default"],
                meaning=match["text"] or "",
            )


def _columns(name: str, text: str) -> Iterator[HeaderColumn]:
    for entry in _entries(text):
        match = _COLUMN.fullmatch(entry)
        if match is None:
            raise ResearchError(f"{name}: the header's column {entry!r} is not `name (TYPE, unit): meaning`")
        for each in match["names"].split(", "):
            yield HeaderColumn(each, match["type"], match["unit"] or "", match["text"] or "")


def _entries(text: str) -> Iterator[str]:
    """Parts between semicolons that stand outside of parentheses, without the closing full stop."""
    depth, start = 0, 0
    for place, letter in enumerate(text := text.removesuffix(".")):
        depth = max(0, depth + (letter == "(") - (letter == ")"))  # a half-open range closes what it never opened
        if letter == ";" and depth == 0:
            yield text[start:place].strip()
            start = place + 1
    if text[start:].strip():
        yield text[start:].strip()
