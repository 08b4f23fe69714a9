"""One number of a page, and what its second computation is given."""

from collections.abc import Callable
from typing import Any, NamedTuple

from tests.consistency.page import Asked
from tests.consistency.truth import Truth


class Cell(NamedTuple):
    """One number: the row it comes from, the values of its query, the page as it was asked for, and the second computation."""

    row: Any
    parameters: Any
    page: Asked
    truth: Truth


Second = Callable[[Cell], float | None]


class NotAloneError(Exception):
    """The number has no second computation of its own row; a sum or another row covers it."""
