"""One number of a page, and what its second computation is given."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from tests.consistency.page import Asked
from tests.consistency.truth import Truth

OUTCOMES = {
    "fulfilled": "fulfilled",
    "partial": "partial",
    "refused": "refused",
    "errors": "error",
    "unknown": "unknown",
    "unanswered": "unanswered",
}
"""Column of a query → the final answer that it counts."""


class Cell(NamedTuple):
    """One number: the row it comes from, the values of its query, the page as it was asked for, and the second computation."""

    row: Any
    parameters: Any
    page: Asked
    truth: Truth


Second = Callable[[Cell], float | None]


class NotAloneError(Exception):
    """The number has no second computation of its own row; a sum or another row covers it."""


def stepped(cell: Cell) -> tuple[Any, Any]:
    """The step of time that a row stands for, cut to the period."""
    since, until = cell.page.period(cell.row)
    seconds = cell.parameters["step_seconds"]
    if not seconds:
        return since, until
    return max(cell.row["at"], since), min(cell.row["at"] + timedelta(seconds=seconds), until)
