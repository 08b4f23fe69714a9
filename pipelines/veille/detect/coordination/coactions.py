"""Co-actions of one window: which events fall together, worked off in bounded memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from veille.detect.coordination.events import Events, Ints, Mask, spread
from veille.detect.coordination.parameters import Window

_CHUNK_ROWS = 2_000_000


@dataclass(frozen=True, slots=True)
class CoactionRows:
    """Co-actions as pairs of event indices; `pair` is account_a * n + account_b with a < b (i belongs to a)."""

    i: Ints
    j: Ints
    pair: Ints

    def where(self, mask: Mask | Ints) -> "CoactionRows":
        """The rows selected by a mask or an index."""
        return CoactionRows(self.i[mask], self.j[mask], self.pair[mask])


def place_key(events: Events, reach_s: int) -> tuple[Ints, int]:
    """A sorted key in which targets lie more than `reach_s` apart, and the stride from one target to the next."""
    stride = events.span_s + 2 * reach_s + 2
    return events.target * stride + events.second + reach_s, stride


def crowds(events: Events, window: Window) -> tuple[Ints, Ints]:
    """For each event: others on its target within the window (0 where over the cap), and end of its later partners.

    Memory and time are linear in the events, whatever the size of a crowd.
    """
    key, _ = place_key(events, window.width_s)
    low = np.searchsorted(key, key - window.width_s, "left")
    high = np.searchsorted(key, key + window.width_s, "right")
    crowd = high - low - 1
    within = crowd <= window.crowd_cap
    return np.where(within, crowd, 0), np.where(within, high, np.arange(len(key)))


def _chunks(count: Ints) -> Iterator[slice]:
    """Split events so that each part has about _CHUNK_ROWS rows."""
    ends = np.cumsum(count)
    parts = int(ends[-1] // _CHUNK_ROWS) + 1 if len(ends) else 0
    cuts = np.searchsorted(ends, np.arange(1, parts) * _CHUNK_ROWS) if parts > 1 else np.zeros(0, np.int64)
    edges = np.unique(np.r_[0, cuts, len(count)])
    for start, stop in pairwise(edges.tolist()):
        yield slice(start, stop)


def _enumerate(events: Events, end: Ints, part: int, parts: int) -> Iterator[CoactionRows]:
    """All rows whose pair falls into this part (a hash of the pair), chunk by chunk."""
    count = np.maximum(end - np.arange(len(events)) - 1, 0)
    for piece in _chunks(count):
        owner, j = spread(np.arange(piece.start, piece.stop) + 1, count[piece])
        i = owner + piece.start
        a, b = events.account[i], events.account[j]
        keep = (a != b) & (end[j] > j)
        if parts > 1:
            keep &= (a + b) % parts == part
        i, j, a, b = i[keep], j[keep], a[keep], b[keep]
        swap = a > b
        pair = np.where(swap, b * events.n + a, a * events.n + b)
        yield CoactionRows(np.where(swap, j, i), np.where(swap, i, j), pair)


def all_rows(events: Events, end: Ints, part: int = 0, parts: int = 1) -> CoactionRows:
    """Every co-action whose pair falls into this part."""
    pieces = [CoactionRows(*(np.zeros(0, np.int64) for _ in range(3))), *_enumerate(events, end, part, parts)]
    return CoactionRows(*(np.concatenate([getattr(p, k) for p in pieces]) for k in ("i", "j", "pair")))


def recurring(
    events: Events, end: Ints, min_targets: int, max_rows: int, *, twice: bool = True
) -> Iterator[CoactionRows]:
    """Rows of the pairs that share at least `min_targets` targets and two rows, sorted by pair, in passes.

    Chance meetings that never recur are most of all rows; they are dropped before anything is computed for them.
    With twice=False a single meeting is kept as well.
    """
    total = int(np.maximum(end - np.arange(len(events)) - 1, 0).sum())
    parts = -(-total // max_rows) if total else 0
    for part in range(parts):
        rows = all_rows(events, end, part, parts)
        yield repeated(events, rows, min_targets) if twice else rows.where(np.argsort(rows.pair, kind="stable"))


def repeated(events: Events, rows: CoactionRows, min_targets: int) -> CoactionRows:
    """The rows of pairs that meet at least twice and on at least `min_targets` targets, sorted by pair."""
    if len(rows.pair) < 2:
        return rows.where(np.zeros(len(rows.pair), bool))
    order = np.argsort(rows.pair)
    pair = rows.pair[order]
    same = pair[1:] == pair[:-1]
    twice = np.r_[same, False] | np.r_[False, same]
    rows = rows.where(order[twice])
    target = events.target[rows.i]
    order = np.lexsort((target, rows.pair))
    rows, target = rows.where(order), target[order]
    if not len(rows.pair):
        return rows
    first = np.r_[True, rows.pair[1:] != rows.pair[:-1]]
    fresh = first | np.r_[True, target[1:] != target[:-1]]
    group = np.cumsum(first) - 1
    return rows.where(np.bincount(group, weights=fresh)[group] >= min_targets)
