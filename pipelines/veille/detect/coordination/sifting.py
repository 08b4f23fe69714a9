"""The co-actions of pairs that meet again, and which of these pairs are worth weighing."""

from collections.abc import Callable, Iterable

import numpy as np

from veille.detect.coordination.coactions import CoactionRows, crowds, recurring
from veille.detect.coordination.events import Events, Ints
from veille.detect.coordination.null import Margins, by_activity
from veille.detect.coordination.parameters import Window
from veille.detect.coordination.significance import poisson_tail
from veille.detect.coordination.units import independent_units

Source = Callable[[Window, int], Iterable[CoactionRows]]
"""Gives the recurring co-actions of a window, sorted by pair, for pairs that share at least so many targets."""

Hopeful = tuple[Ints, Ints, CoactionRows]
"""Pairs (ascending), the independent units of each, and the rows of exactly these pairs, sorted by pair."""


def fresh(events: Events, max_rows: int) -> Source:
    """Find them in all events."""
    return lambda window, min_targets: recurring(events, crowds(events, window)[1], min_targets, max_rows)


def sift(events: Events, rows: CoactionRows, m: Margins, window: Window, limit: float) -> Hopeful:
    """The pairs that their activity alone does not explain.

    Needs all rows of a pair and two totals of each account (m.mentions and m.met), nothing else. The other terms of what chance
    explains only add to it: a pair that fails already is not looked at again.
    """
    pairs, units, _ = independent_units(events, rows, window.width_s)
    floor = by_activity(events, pairs // events.n, pairs % events.n, m)
    hopeful = (units >= 2) & (poisson_tail(np.maximum(units, 1), floor) <= limit)
    pairs, units = pairs[hopeful], units[hopeful]
    return pairs, units, rows.where(np.isin(rows.pair, pairs))
