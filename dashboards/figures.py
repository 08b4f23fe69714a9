"""Numbers that know where they come from, and what a page draws of them while somebody listens.

`QueryRows.row` and `QueryRows.each` give numbers of these kinds; `derived` names one that a page computes. Each function that writes a
number for people (`dashboards.words`, `dashboards.texts`) tells `drew`. Nobody listens in production, so nothing is kept there.
The consistency suite (`tests/consistency`) listens: it computes each drawn number a second time, and a number without an origin fails.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import polars as pl


@dataclass(frozen=True, slots=True)
class Origin:
    """What a number means. query: `dashboards/headline`; meaning: its column, or the name of what a page derived from the row;
    row, parameters: those of the query, with period and filters."""

    query: str
    meaning: str
    row: Mapping[str, Any]
    parameters: Mapping[str, Any]


class OriginInt(int):
    """A whole number with its origin; arithmetic gives plain numbers."""

    origin: Origin


class OriginFloat(float):
    """A number with its origin; arithmetic gives plain numbers."""

    origin: Origin


@dataclass(frozen=True, slots=True)
class Drawn:
    """One number as people read it. origin: None where the page does not say what it means."""

    text: str
    value: float
    origin: Origin | None


@dataclass(slots=True)
class FigureLog:
    """What was drawn and asked while somebody listened. answers: every `QueryRows` that a page got."""

    drawn: list[Drawn] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)


_listening: list[FigureLog] = []


@contextmanager
def listening() -> Iterator[FigureLog]:
    """Collect what pages of this process draw and ask within the block."""
    recorded = FigureLog()
    _listening.append(recorded)
    try:
        yield recorded
    finally:
        _listening.remove(recorded)


def marked(row: dict[str, Any], query: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The row, its numbers with their origin; other values as they are."""
    return {name: _with(value, Origin(query, name, row, parameters)) for name, value in row.items()}


def derived(value: float, meaning: str, of: Any) -> Any:
    """`value`, computed by the page from the row of the number `of`; its meaning is as `change of requests`."""
    origin = getattr(of, "origin", None)
    if origin is None:
        return value
    return _with(value, Origin(origin.query, f"{meaning} of {origin.meaning}", origin.row, origin.parameters))


def named(value: float, meaning: str, query: str = "", **parameters: Any) -> Any:
    """`value`, whose meaning is said here because no single row of a query holds it."""
    return _with(value, Origin(query, meaning, {}, parameters))


def rows(query: str, frame: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """The rows of a frame, their numbers with their origin. query: such as `marks`; of what a stored JSON holds, a name of its own."""
    return (marked(row, query, {}) for row in frame.iter_rows(named=True))


def drew(value: Any, text: str) -> str:
    """Note that `value` was written as `text`; returns the text."""
    for recorded in _listening:
        recorded.drawn.append(Drawn(text, float(value), getattr(value, "origin", None)))
    return text


def asked(answer: Any) -> None:
    """Note an answer that a page got."""
    for recorded in _listening:
        recorded.answers.append(answer)


def _with(value: Any, origin: Origin) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    number: OriginInt | OriginFloat = OriginInt(value) if isinstance(value, int) else OriginFloat(value)
    number.origin = origin
    return number
