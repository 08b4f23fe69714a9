"""What chance explains of a pair's co-actions: activity, popularity, rhythm, near misses.

All functions return expected units for each pair (a, b), given as arrays of account codes. Each looks at one way in which
two strangers come to meet; `expected` takes the largest of the three that describe the same meetings from
different sides, and adds the near misses, which see what is private to the two.
"""

from dataclasses import dataclass

import numpy as np

from veille.detect.coordination.coactions import CoactionRows
from veille.detect.coordination.events import Events, Floats, Ints, lookup, spread
from veille.detect.coordination.parameters import DAY_S, Window


@dataclass(frozen=True, slots=True)
class Margins:
    """What one window's null needs from all events."""

    crowd: Ints  # others within the window, by event (0 in crowds over the cap: they form no pairs)
    mentions: Ints  # by account
    met: Floats  # sum of crowd, by account
    total: int  # number of all events


def margins(events: Events, crowd: Ints) -> Margins:
    """Totals by account."""
    met = np.bincount(events.account, weights=crowd, minlength=events.n).astype(np.float64)
    return Margins(crowd, np.bincount(events.account, minlength=events.n), met, len(events))


def by_activity(events: Events, a: Ints, b: Ints, m: Margins) -> Floats:
    """The crowd around a's events holds b as often as b's share of all mentions, and the other way round."""
    return np.maximum(m.met[a] * m.mentions[b], m.met[b] * m.mentions[a]) / m.total


def by_day(events: Events, index: "_Index", pairs: Ints, rows: CoactionRows) -> Floats:
    """The same with b's share of that day's mentions, so that two accounts alive in the same days are expected to meet.

    The co-actions under test are left out of b's share: otherwise a group that only ever acts together would explain itself.
    """
    days = events.span_s // DAY_S + 1
    slots, inverse = np.unique(index.account * days + index.second // DAY_S, return_inverse=True)
    count = np.bincount(inverse)
    met = np.bincount(inverse, weights=index.met)
    traffic = events.traffic
    begin = np.searchsorted(slots, np.arange(events.n + 1) * days)
    a, b = pairs // events.n, pairs % events.n
    result = np.zeros(len(pairs))
    for x, y, theirs in ((a, b, rows.j), (b, a, rows.i)):
        own, together = _per_day(events, pairs, rows.pair, theirs, days)
        owner, at = spread(begin[x], begin[x + 1] - begin[x])
        day = slots[at] % days
        other, there = lookup(slots, y[owner] * days + day)
        owner, at, day, other = owner[there], at[there], day[there], other[there]
        where, counted = lookup(own, owner * days + day)
        left = count[other] - (np.where(counted, together[where], 0) if len(own) else 0)
        share = np.maximum(left, 0) / traffic[day]
        result = np.maximum(result, np.bincount(owner, weights=met[at] * share, minlength=len(pairs)))
    return result


def _per_day(events: Events, pairs: Ints, pair: Ints, event: Ints, days: int) -> tuple[Ints, Ints]:
    """How many distinct events of one side take part in co-actions of the pair, by (pair, day)."""
    owner, known = lookup(pairs, pair)
    code = np.unique(owner[known] * len(events) + event[known])
    slots, counts = np.unique(
        (code // len(events)) * days + events.second[code % len(events)] // DAY_S, return_counts=True
    )
    return slots, counts


@dataclass(frozen=True, slots=True, kw_only=True)
class _Index:
    """Events of the accounts in question, sorted by account, target and time; `begin` finds one account's."""

    begin: Ints
    account: Ints
    target: Ints
    second: Ints
    met: Ints  # crowd around the event


def index_accounts(events: Events, pairs: Ints, crowd: Ints) -> _Index:
    """Index the events of the accounts in these pairs: a small part of all."""
    wanted = np.zeros(events.n, bool)
    wanted[pairs // events.n] = wanted[pairs % events.n] = True
    at = np.flatnonzero(wanted[events.account])
    at = at[np.lexsort((events.second[at], events.target[at], events.account[at]))]
    begin = np.searchsorted(events.account[at], np.arange(events.n + 1))
    return _Index(
        begin=begin, account=events.account[at], target=events.target[at], second=events.second[at], met=crowd[at]
    )


def near_misses(events: Events, index: _Index, pairs: Ints, window: Window) -> Floats:
    """Meetings on a target beyond the window but within `near_s`, scaled to the width of the window.

    A jitter null, as in spike-train correlograms (Amarasingham et al. 2012): fans, a daily rhythm or a popular target
    bring two accounts near each other as often as together; acting in concert brings them together only.
    """
    groups, group = np.unique(index.account * events.target_codes + index.target, return_inverse=True)
    stride = events.span_s + 2 * window.near_s + 2
    key = group * stride + index.second + window.near_s
    x, y = _fewer_first(index, pairs // events.n, pairs % events.n)
    owner, at = spread(index.begin[x], index.begin[x + 1] - index.begin[x])
    place, there = lookup(groups, y[owner] * events.target_codes + index.target[at])
    owner = owner[there]
    base = place[there] * stride + index.second[at[there]] + window.near_s
    near = _around(key, base, window.near_s) - _around(key, base, window.width_s)
    scale = (window.width_s + events.step_s / 2) / (window.near_s - window.width_s)
    return np.asarray(np.bincount(owner, weights=near, minlength=len(pairs)) * scale, np.float64)


def by_timetable(events: Events, index: _Index, pairs: Ints, rows: CoactionRows, width_s: int) -> Floats:
    """Expected meetings if each account kept its times and its targets but drew which goes with which.

    The expectation of a permutation null that keeps each account's own rhythm, in closed form:
    sum over targets of n_a n_b, times the share of the two accounts' event pairs that fall within the window.
    Coincidences that are the co-actions under test are left out.
    """
    a, b = pairs // events.n, pairs % events.n
    stride = events.span_s + 2 * width_s + 2
    key = np.sort(index.account * stride + index.second + width_s)
    x, y = _fewer_first(index, a, b)
    owner, at = spread(index.begin[x], index.begin[x + 1] - index.begin[x])
    together = np.bincount(
        owner, weights=_around(key, y[owner] * stride + index.second[at] + width_s, width_s), minlength=len(a)
    )
    group, known = lookup(pairs, rows.pair)
    together -= np.bincount(group[known], minlength=len(pairs))
    mentions = np.diff(index.begin)
    shared = _shared_targets(index, events.target_codes, x, y)
    return np.asarray(shared * np.maximum(together, 0) / (mentions[a] * mentions[b]), np.float64)


def _shared_targets(index: _Index, size: int, x: Ints, y: Ints) -> Floats:
    """Sum over targets of n_x n_y."""
    slots, count = np.unique(index.account * size + index.target, return_counts=True)
    begin = np.searchsorted(slots, np.arange(len(index.begin)) * size)
    owner, at = spread(begin[x], begin[x + 1] - begin[x])
    other, there = lookup(slots, y[owner] * size + slots[at] % size)
    both = (count[at] * count[other])[there]
    return np.asarray(np.bincount(owner[there], weights=both, minlength=len(x)), np.float64)


def _fewer_first(index: _Index, a: Ints, b: Ints) -> tuple[Ints, Ints]:
    """The less active account first: its events are walked, the other's looked up."""
    mentions = np.diff(index.begin)
    swap = mentions[a] > mentions[b]
    return np.where(swap, b, a), np.where(swap, a, b)


def _around(key: Ints, base: Ints, reach_s: int) -> Ints:
    """How many keys lie within `reach_s` of each base, inclusive."""
    return np.searchsorted(key, base + reach_s, "right") - np.searchsorted(key, base - reach_s, "left")


def expected(events: Events, pairs: Ints, rows: CoactionRows, m: Margins, window: Window) -> Floats:
    """Expected units for each pair (sorted pair codes; rows of exactly these pairs)."""
    index = index_accounts(events, pairs, m.crowd)
    widest = by_activity(events, pairs // events.n, pairs % events.n, m)
    widest = np.maximum(widest, by_day(events, index, pairs, rows))
    widest = np.maximum(widest, by_timetable(events, index, pairs, rows, window.width_s))
    return widest + near_misses(events, index, pairs, window)
