"""Where the mentions lie: in this process, or in parts of whole targets on several machines.

The method (detection.py) asks five questions. Co-actions, bursts and crowds never cross a target, so that each can be answered
part by part, with the same functions, and the answers put together.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

import numpy as np
import polars as pl

from veille.detect.coordination.bursts import Crowd, Days, Moments, moments
from veille.detect.coordination.coactions import crowds
from veille.detect.coordination.events import Events, Ints
from veille.detect.coordination.null import Margins, margins
from veille.detect.coordination.parameters import Window
from veille.detect.coordination.roles import LineUp, line_ups
from veille.detect.coordination.sifting import Hopeful, Source, fresh, sift

Sifted = tuple[Events, Hopeful, Margins]


class Ground(Protocol):
    """The mentions of one run, wherever they lie.

    n, targets  number of account codes and target codes            seen      accounts in the whole frame
    events      mentions on targets that two accounts mention       accounts  ids by code, ascending
    """

    n: int
    targets: int
    seen: int
    events: int
    accounts: pl.Series

    def sifted(self, window: Window, min_targets: int, limit: float) -> Iterable[Sifted]:
        """Pairs worth weighing, in any number of passes, each with all events of its accounts and the crowd around each."""
        ...

    def of_accounts(self, codes: Ints) -> tuple[Events, Callable[[Window], Margins]]:
        """All events of these accounts (or of more), and what one window's null needs of them."""
        ...

    def moments(self, groups: list[Ints], together: int) -> Iterable[tuple[list[Moments], Days]]:
        """Of each group (ascending codes) its moments by window, and how active the outsiders in them were."""
        ...

    def line_ups(self, groups: list[tuple[Ints, Window]]) -> list[list[LineUp]]:
        """Of each group its bursts in one window, ordered by target and begin."""
        ...

    def active_twice(self, spans: list[tuple[Ints, Ints]]) -> Ints:
        """Accounts with an event in two spans of one list. spans: lists of begins and ends (seconds, inclusive)."""
        ...


class Here:
    """All mentions, in this process. source: where their co-actions come from, if they need not be found anew."""

    def __init__(
        self, events: Events, windows: tuple[Window, ...], max_rows: int, source: Source | None = None
    ) -> None:
        self.n, self.targets, self.seen, self.events = events.n, events.target_codes, events.seen, len(events)
        self.accounts = events.accounts
        self._events, self._windows = events, windows
        self._source = source or fresh(events, max_rows)
        self._index: tuple[Crowd, Days] | None = None

    def margins(self, window: Window) -> Margins:
        """Of all events."""
        return margins(self._events, crowds(self._events, window)[0])

    def sifted(self, window: Window, min_targets: int, limit: float) -> Iterator[Sifted]:
        """See Ground; one pass for each that the source gives."""
        m = self.margins(window)
        for rows in self._source(window, min_targets):
            yield self._events, sift(self._events, rows, m, window, limit), m

    def of_accounts(self, codes: Ints) -> tuple[Events, Callable[[Window], Margins]]:
        """See Ground: all events there are."""
        return self._events, self.margins

    def moments(self, groups: list[Ints], together: int) -> Iterator[tuple[list[Moments], Days]]:
        """See Ground."""
        for members in groups:
            crowd, days = self._indexed()
            yield [moments(crowd, members, w, together) for w in self._windows], days

    def line_ups(self, groups: list[tuple[Ints, Window]]) -> list[list[LineUp]]:
        """See Ground."""
        return [line_ups(self._indexed()[0], members, window) for members, window in groups]

    def active_twice(self, spans: list[tuple[Ints, Ints]]) -> Ints:
        """See Ground: everybody, whose events are all here."""
        return np.arange(self.n)

    def _indexed(self) -> tuple[Crowd, Days]:
        if self._index is None:
            self._index = Crowd(self._events, self._windows), Days.of(self._events)
        return self._index
