"""Compares what a page drew and asked with the second computation."""

from collections.abc import Iterator
from math import isclose
from typing import Any

import polars as pl

from dashboards.figures import FigureLog, Origin
from tests.consistency.cell import Cell, NotAloneError
from tests.consistency.declared import DECLARED
from tests.consistency.not_events import NOT_EVENTS, OF_THE_PAGE
from tests.consistency.page import Asked
from tests.consistency.truth import Truth

_KEYS = ("weekday", "hour_of_day")
"""Numbers that name a row."""
MOST_ROWS = 12
"""Rows of one answer that are computed again: the first, the last, and some between."""


def disagreements(recorded: FigureLog, page: Asked, truth: Truth) -> list[str]:
    """One line a number that is not what event rows say, or has no meaning; none where all agree."""
    found: dict[str, None] = {}
    for origin, value, text in (*_drawn(recorded), *_asked(recorded)):
        told = "drawn without a meaning" if origin is None else _wrong(origin, value, page, truth)
        if told:
            where = f"{origin.query}.{origin.meaning}" if origin else "nowhere"
            found[f"{page.name}: {text} ({where}): {told}"] = None
    return list(found)


def _drawn(recorded: FigureLog) -> Iterator[tuple[Origin | None, float, str]]:
    return ((drawn.origin, drawn.value, drawn.text) for drawn in recorded.drawn)


def _asked(recorded: FigureLog) -> Iterator[tuple[Origin, float, str]]:
    """The numbers of the rows that a page got for its tables and charts."""
    for answer in recorded.answers:
        numbers = [name for name, kind in answer.rows.schema.items() if kind.is_numeric() and name not in _KEYS]
        for row in _some(answer.rows):
            for name in numbers:
                if row[name] is not None:
                    yield Origin(answer.question, name, row, answer.parameters), row[name], str(row[name])


def _some(rows: pl.DataFrame) -> list[dict[str, Any]]:
    step = max(1, (rows.height - 1) // (MOST_ROWS - 1)) if rows.height > MOST_ROWS else 1
    return rows.gather_every(step).to_dicts() + (rows.tail(1).to_dicts() if step > 1 else [])


def _wrong(origin: Origin, value: float, page: Asked, truth: Truth) -> str | None:
    """Why the number disagrees; None where it agrees or is declared as no number of events."""
    name = origin.meaning
    if (
        (origin.query, name) in NOT_EVENTS
        or (origin.query, "*") in NOT_EVENTS
        or name.partition(" of ")[0] in OF_THE_PAGE
    ):
        return None
    try:
        second = _second(origin, name, page, truth)
    except KeyError:
        return "has no meaning in tests/consistency/declared.py"
    except NotAloneError:
        return None
    if second is None or not isclose(float(second), float(value), rel_tol=1e-9, abs_tol=1e-9):
        return f"event rows say {second}"
    return None


def _second(origin: Origin, name: str, page: Asked, truth: Truth) -> Any:
    """The number once more. What a page derives from a row is derived from second computations."""
    declared = DECLARED[origin.query]
    if name in declared:
        return declared[name](Cell(origin.row, origin.parameters, page, truth))
    how, _, column = name.partition(" of ")
    if how == "change":
        now, before = _both(origin, column, page, truth)
        return 100 * (now - before) / before if before else None
    if how == "points":
        now, before = _both(origin, column, page, truth)
        return 100 * (now - before)
    if how in ("share", "sexualised_share"):
        part, whole = ("sexualised", "images") if how == "sexualised_share" else (column, _WHOLE[origin.query])
        return _second(origin, part, page, truth) / max(_second(origin, whole, page, truth), 1)
    if how == "times":
        return _second(origin, column, page, truth) / origin.row["expected"]
    raise KeyError(name)


_WHOLE = {"headline": "requests", "targets_totals": "targets"}


def _both(origin: Origin, column: str, page: Asked, truth: Truth) -> tuple[Any, Any]:
    if "earlier" in origin.row:  # of surges: both periods stand in one row
        return _second(origin, column, page, truth), _second(origin, "earlier", page, truth)
    before = Origin(origin.query, column, {**origin.row, "period": "before"}, origin.parameters)
    return _second(origin, column, page, truth), _second(before, column, page, truth)
