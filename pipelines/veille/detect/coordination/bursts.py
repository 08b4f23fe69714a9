"""Moments at which a group acted together, and who else was within reach of them."""

from dataclasses import dataclass, fields

import numpy as np

from veille.detect.coordination.events import Events, Floats, Ints, Mask, lookup, spread
from veille.detect.coordination.parameters import DAY_S, Window

_OUTNUMBERED = 5  # a moment with more mentions by others for each member is not the group's: nobody joins it there


@dataclass(frozen=True, slots=True, kw_only=True)
class Bursts:
    """Moments at which members acted together: event range [first, last], what is in reach [low, high), outsiders expected."""

    first: Ints
    last: Ints
    low: Ints
    high: Ints
    expected: Floats

    def where(self, mask: Mask) -> "Bursts":
        """The bursts selected."""
        return Bursts(
            first=self.first[mask],
            last=self.last[mask],
            low=self.low[mask],
            high=self.high[mask],
            expected=self.expected[mask],
        )


class Crowd:
    """All events on some targets, indexed once so that each group costs no more than its own events."""

    def __init__(self, events: Events, windows: tuple[Window, ...]) -> None:
        self.events, self.windows = events, windows
        self._reach = max(w.near_s for w in windows)
        self._stride = events.span_s + 2 * self._reach + 2
        self._key = events.target * self._stride + events.second + self._reach
        self._edge = np.r_[self._key, np.iinfo(np.int64).max]
        self._clock = events.clock
        order = np.argsort(events.account, kind="stable")
        self._order, self._begin = order, np.searchsorted(events.account[order], np.arange(events.n + 1))

    def events_of(self, members: Ints) -> Ints:
        """Indices of the members' events, in the order of (target, second)."""
        _, at = spread(self._begin[members], self._begin[members + 1] - self._begin[members])
        return np.sort(self._order[at])

    def bursts(self, members: Ints, window: Window, together: int) -> Bursts:
        """Runs of the members' mentions of a target no more than a window apart, by at least `together` of them."""
        events, own = self.events, self.events_of(members)
        if not len(own):  # found by their prompts alone
            return Bursts(first=own, last=own, low=own, high=own, expected=np.zeros(0))
        target, second = events.target[own], events.second[own]
        new = np.r_[True, (target[1:] != target[:-1]) | (second[1:] - second[:-1] > window.width_s)]
        run = np.cumsum(new) - 1
        people = np.unique(run * events.n + events.account[own]) // events.n
        present = np.bincount(people, minlength=run[-1] + 1)
        first, last, present = (x[present >= together] for x in (own[new], own[np.r_[new[1:], True]], present))
        low = np.searchsorted(self._key, self._key[first] - window.width_s, "left")
        high = np.searchsorted(self._key, self._key[last] + window.width_s, "right")
        bursts = Bursts(
            first=first, last=last, low=low, high=high, expected=self._outsiders(own, first, last, (low, high), window)
        )
        theirs = self._others(self._key[own], low, high) <= _OUTNUMBERED * present
        return bursts.where((high - low <= window.crowd_cap) & theirs)

    def _outsiders(self, own: Ints, first: Ints, last: Ints, reach: tuple[Ints, Ints], window: Window) -> Floats:
        """Mentions by others to expect in each burst: the target's rate nearby, or overall at that hour's traffic.

        The burst itself is left out of both rates (those who may join are in it) and one mention is added: that a
        target with a visitor has been visited must not make it look quieter than it is.
        """
        events, mine = self.events, self._key[own]
        inside = self._others(mine, *reach)
        low = np.searchsorted(self._key, self._key[first] - window.near_s, "left")
        high = np.searchsorted(self._key, self._key[last] + window.near_s, "right")
        near = self._others(mine, low, high) - inside
        begin = np.searchsorted(self._key, events.target[first] * self._stride)
        end = np.searchsorted(self._key, (events.target[first] + 1) * self._stride)
        ever = self._others(mine, begin, end) - inside
        width = events.second[last] - events.second[first] + 2 * window.width_s
        middle = (events.second[first] + events.second[last]) / 2
        busy = self._clock.between(middle - window.near_s, middle + window.near_s)
        rhythm = np.maximum(1.0, busy * events.span_s / (2 * window.near_s * events.total))
        result: Floats = np.maximum(
            near * width / (2 * (window.near_s - window.width_s)), (ever + 1) * width / events.span_s * rhythm
        )
        return result

    def _others(self, mine: Ints, low: Ints, high: Ints) -> Ints:
        """Events in [low, high) that are not the group's."""
        members = np.searchsorted(mine, self._edge[high], "left") - np.searchsorted(mine, self._edge[low], "left")
        return np.asarray(high - low - members, np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """One group's bursts in one window, and the visits of outsiders to them.

    expected  outsiders expected, one entry a burst, in any order
    Visits, one entry each, ordered by target, begin, second, account, post: account, target, second and post of the event;
    loudness, the outsiders expected in the burst; begin, the second of the burst's first event.
    """

    expected: Floats
    account: Ints
    target: Ints
    second: Ints
    post: Ints
    loudness: Floats
    begin: Ints

    def ordered(self) -> "Moments":
        """The same with the visits in order: those of parts that share no target, put one after the other, become the whole's."""
        order = np.lexsort((self.post, self.account, self.second, self.begin, self.target))
        visits = {f.name: getattr(self, f.name)[order] for f in fields(self) if f.name != "expected"}
        return Moments(expected=self.expected, **visits)


def moments(crowd: Crowd, members: Ints, window: Window, together: int) -> Moments:
    """What one window shows of one group (ascending codes) on the targets of `crowd`; bursts of `together` members and more."""
    events, bursts = crowd.events, crowd.bursts(members, window, together)
    burst, at = spread(bursts.low, bursts.high - bursts.low)
    outside = ~lookup(members, events.account[at])[1]
    burst, at = burst[outside], at[outside]
    return Moments(
        expected=bursts.expected,
        account=events.account[at],
        target=events.target[at],
        second=events.second[at],
        post=events.post[at],
        loudness=bursts.expected[burst],
        begin=events.second[bursts.first[burst]],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """How active accounts were. slots: account * days + day (ascending) with the mentions of each; at least those asked for.

    mentions: by account code, of all days; traffic: all events by day; total: all events.
    """

    slots: Ints
    counts: Ints
    mentions: Ints
    traffic: Ints
    total: int

    @classmethod
    def of(cls, events: Events) -> "Days":
        """Of all accounts."""
        traffic = events.traffic
        slots, counts = np.unique(events.account * len(traffic) + events.second // DAY_S, return_counts=True)
        mentions = np.bincount(events.account, minlength=events.n)
        return cls(slots=slots, counts=counts, mentions=mentions, traffic=traffic, total=events.total)

    def share(self, account: Ints, day: Ints) -> Floats:
        """The account's share of all mentions, or of the others of that day, whichever is larger."""
        at, _ = lookup(self.slots, account * len(self.traffic) + day)
        result: Floats = np.maximum(self.mentions[account] / self.total, (self.counts[at] - 1) / self.traffic[day])
        return result
