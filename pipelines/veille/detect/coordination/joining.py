"""The account-level test: who else was there when a validated group acted.

A member who met each of the others once leaves no pair worth keeping, yet being there in one quiet burst of the
group is telling: hardly anyone else ever mentions that target. Each outsider is tested against the whole group.
"""

from dataclasses import dataclass

import numpy as np

from veille.detect.coordination.events import Events, Floats, Ints, Mask, lookup, spread
from veille.detect.coordination.parameters import DAY_S, Parameters, Window
from veille.detect.coordination.significance import poisson_tail
from veille.detect.coordination.units import links
from veille.detect.significance import q_values

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
    """All events, indexed once so that each group costs no more than its own events."""

    def __init__(self, events: Events, windows: tuple[Window, ...]) -> None:
        self.events, self.windows = events, windows
        self._reach = max(w.near_s for w in windows)
        self._stride = events.span_s + 2 * self._reach + 2
        self._key = events.target * self._stride + events.second + self._reach
        self._edge = np.r_[self._key, np.iinfo(np.int64).max]
        self._clock = np.sort(events.second)
        order = np.argsort(events.account, kind="stable")
        self._order, self._begin = order, np.searchsorted(events.account[order], np.arange(events.n + 1))
        self._days = events.span_s // DAY_S + 1
        day = events.second // DAY_S
        self._account_day = np.sort(events.account * self._days + day)
        self._traffic = np.bincount(day, minlength=self._days)
        self._mentions = np.diff(self._begin)

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
        busy = np.searchsorted(self._clock, middle + window.near_s) - np.searchsorted(
            self._clock, middle - window.near_s
        )
        rhythm = np.maximum(1.0, busy * events.span_s / (2 * window.near_s * len(events)))
        result: Floats = np.maximum(
            near * width / (2 * (window.near_s - window.width_s)), (ever + 1) * width / events.span_s * rhythm
        )
        return result

    def _others(self, mine: Ints, low: Ints, high: Ints) -> Ints:
        """Events in [low, high) that are not the group's."""
        members = np.searchsorted(mine, self._edge[high], "left") - np.searchsorted(mine, self._edge[low], "left")
        return np.asarray(high - low - members, np.int64)

    def share(self, account: Ints, day: Ints) -> Floats:
        """The account's share of all mentions, or of the others of that day, whichever is larger."""
        slot = account * self._days + day
        today = np.searchsorted(self._account_day, slot, "right") - np.searchsorted(self._account_day, slot, "left")
        result: Floats = np.maximum(self._mentions[account] / len(self.events), (today - 1) / self._traffic[day])
        return result


def _visits(crowd: Crowd, members: Ints, bursts: Bursts) -> tuple[Ints, Ints, Ints, Ints]:
    """Outsiders within reach of a burst: (account, event, burst, meeting).

    Visits that share a post or a target are one meeting: a thread in which a member takes part is one, however long.
    """
    events = crowd.events
    burst, at = spread(bursts.low, bursts.high - bursts.low)
    outside = ~lookup(members, events.account[at])[1]
    burst, at = burst[outside], at[outside]
    account = events.account[at]
    if not len(at):
        return account, at, burst, at
    place = account * len(events.targets) + events.target[at]
    return account, at, burst, links(events.post[at], place)


def _tests(crowd: Crowd, members: Ints, window: Window, together: int) -> tuple[Ints, Floats]:
    """p-value of each outsider's meetings with the group in one window.

    The quietest bursts count first: an account seen in a burst where nobody is expected is not made less suspicious by
    the group's other bursts on busy targets. Trying each of its k meetings as the cut is paid for by a factor k.
    """
    bursts = crowd.bursts(members, window, together)
    account, at, burst, meeting = _visits(crowd, members, bursts)
    if not len(account):
        return account, np.zeros(0)
    loudness = bursts.expected[burst]
    order = np.lexsort((loudness, meeting))[::-1]
    one = order[np.unique(meeting[order], return_index=True)[1]]  # each meeting at its loudest burst
    account, loudness, day = account[one], loudness[one], crowd.events.second[at[one]] // DAY_S
    order = np.lexsort((loudness, account))
    account, loudness, day = account[order], loudness[order], day[order]
    first = np.flatnonzero(np.r_[True, account[1:] != account[:-1]])
    count = np.diff(np.r_[first, len(account)])
    rank = np.arange(len(account)) - np.repeat(first, count) + 1
    share = np.repeat(np.maximum.reduceat(crowd.share(account, day), first), count)
    quiet = np.sort(bursts.expected)
    total = np.cumsum(quiet)[np.searchsorted(quiet, loudness, "right") - 1]
    p = poisson_tail(rank, share * total) * np.repeat(count, count)
    return account[first], np.minimum.reduceat(p, first)


def joiners(crowd: Crowd, members: Ints, together: int, alpha: float, rounds: int) -> tuple[Ints, Floats]:
    """Outsiders who join (ascending) with their q-values: Benjamini-Hochberg over all accounts.

    All windows and all rounds of joining are paid for.
    """
    found = [_tests(crowd, members, w, together) for w in crowd.windows]
    account = np.concatenate([f[0] for f in found])
    p = np.minimum(np.concatenate([f[1] for f in found]) * len(found) * rounds, 1.0)
    order = np.lexsort((p, account))
    account, p = account[order], p[order]
    first = np.r_[True, account[1:] != account[:-1]] if len(account) else np.zeros(0, bool)
    q = q_values(p[first], crowd.events.seen)
    return account[first][q <= alpha], q[q <= alpha]


def grow(crowd: Crowd, groups: list[frozenset[int]], parameters: Parameters) -> list[dict[int, float]]:
    """Joining accounts with q-value, by group. An account that could join several joins where q is smallest."""
    joined: list[dict[int, float]] = [{} for _ in groups]
    taken = set().union(*groups) if groups else set()
    for together in parameters.join_rounds:
        offers: dict[int, tuple[float, int]] = {}
        for k, group in enumerate(groups):
            members = np.array(sorted(group | joined[k].keys()), np.int64)
            accounts, q = joiners(crowd, members, together, parameters.alpha, len(parameters.join_rounds))
            for account, value in zip(accounts.tolist(), q.tolist(), strict=True):
                if account not in taken:
                    offers[account] = min(offers.get(account, (2.0, 0)), (value, k))
        for account, (value, k) in offers.items():
            joined[k][account] = value
        taken |= offers.keys()
    return joined
