"""Whether the accounts of a group agree on targets, or only on times.

Accounts on one timetable meet again and again about whatever they mention then: with two or three targets each, many of them fall
together by chance. The test of a group (trees.py) takes accounts for independent, so it does not know. Here every account keeps its
times and its targets, and only which goes with which is drawn. One member, the hub, is held still. The *crew* is everybody who could
have met it twice: active at two of its moments, whatever about, and with two of its targets. For each member of the crew

    P(m meetings or more) <= C(s, m) (l / s)^m / (n (n - 1) ... (n - m + 1))

where s is the number of the hub's moments at which it was active, l the sum over them of its posts that would fit there, and n its
posts (union bound over the moments that fit; Maclaurin's inequality). The j accounts of the group that met the hub were picked from a
crew of c: their product is multiplied by C(c, j), by the number of j tried, and by the number of hubs.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import exp, inf, lgamma, log

import numpy as np

from veille.detect.coordination.events import Events, Ints
from veille.detect.coordination.ground import Ground
from veille.detect.coordination.pairs import AccountPairs
from veille.detect.coordination.trees import Group

_HUBS = 5
_MOST_POSTS = 500  # of a hub, evenly spread over its life: so many moments are telling enough
_MEETINGS = 2


@dataclass(slots=True)
class _Moment:
    """One post of the hub: when, and about whom."""

    second: int
    targets: set[int] = field(default_factory=set)


class Timetables:
    """The mentions of one run by account and by time."""

    def __init__(self, events: Events) -> None:
        self._events = events
        self._clock = np.argsort(events.second, kind="stable")
        self._seconds = events.second[self._clock]
        self._by_account = np.argsort(events.account, kind="stable")
        self._begin = np.searchsorted(events.account[self._by_account], np.arange(events.n + 1))

    def chance(self, group: Group, pairs: AccountPairs, alpha: float) -> float:
        """Chance of such agreement among accounts with these times and targets; once it is at most alpha no further hub is tried."""
        hubs, width = hubs_of(group, pairs, self._events.n)
        least = 1.0
        for hub in hubs:
            least = min(least, self._of_hub(hub, group.members, width) * len(hubs))
            if least <= alpha:
                break
        return least

    def spans(self, hub: int, width: int) -> tuple[Ints, Ints]:
        """Begin and end, in seconds, of the times at which others can meet the hub."""
        at = np.array([moment.second for moment in self._moments(hub)], np.int64)
        return at - width, at + width

    def _of_hub(self, hub: int, members: frozenset[int], width: int) -> float:
        moments = self._moments(hub)
        goals = {target for moment in moments for target in moment.targets}
        active, met = self._company(hub, moments, width)
        crew, chances = 0, []
        for account, at in active.items():
            posts = self._posts(account) if len(at) >= _MEETINGS else []
            if len({target for targets in posts for target in targets} & goals) < _MEETINGS:
                continue
            crew += 1
            if account in members and met[account] >= _MEETINGS:
                fitting = sum(bool(targets & moments[k].targets) for k in at for targets in posts)
                chances.append(_log_chance(met[account], len(at), fitting, len(posts)))
        return _picked(sorted(chances), crew)

    def _company(self, hub: int, moments: list[_Moment], width: int) -> tuple[dict[int, list[int]], Counter[int]]:
        """By account at which of the moments it was active, and at how many about the hub's targets of that moment."""
        active: dict[int, list[int]] = {}
        met: Counter[int] = Counter()
        for k, moment in enumerate(moments):
            low, high = np.searchsorted(self._seconds, [moment.second - width, moment.second + width + 1])
            near = self._clock[low:high]
            accounts = self._events.account[near]
            for account in np.unique(accounts).tolist():
                active.setdefault(account, []).append(k)
            fits = np.isin(self._events.target[near], list(moment.targets))
            met.update(np.unique(accounts[fits]).tolist())
        active.pop(hub, None)
        return active, met

    def _moments(self, account: int) -> list[_Moment]:
        events, posts = self._events, dict[int, _Moment]()
        for at in self._of(account).tolist():
            posts.setdefault(int(events.post[at]), _Moment(int(events.second[at]))).targets.add(int(events.target[at]))
        moments = sorted(posts.values(), key=lambda moment: (moment.second, sorted(moment.targets)))
        some = np.unique(np.linspace(0, len(moments) - 1, min(len(moments), _MOST_POSTS)).astype(np.int64))
        return [moments[k] for k in some.tolist()]

    def _posts(self, account: int) -> list[set[int]]:
        """Targets of each of its posts."""
        at, posts = self._of(account), dict[int, set[int]]()
        for post, target in zip(self._events.post[at].tolist(), self._events.target[at].tolist(), strict=True):
            posts.setdefault(post, set()).add(target)
        return list(posts.values())

    def _of(self, account: int) -> Ints:
        return self._by_account[self._begin[account] : self._begin[account + 1]]


def hubs_of(group: Group, pairs: AccountPairs, n: int) -> tuple[list[int], int]:
    """The members that are held still in turn, and the width of the window in which most pairs of the group meet. n: account codes."""
    members = np.fromiter(group.members, np.int64, len(group.members))
    inside = np.isin(pairs.pair // n, members) & np.isin(pairs.pair % n, members)
    degree = Counter(np.concatenate([pairs.pair[inside] // n, pairs.pair[inside] % n]).tolist())
    widths = Counter(pairs.width_s[inside].tolist())
    width = max(widths, key=lambda w: (widths[w], w))
    return sorted(degree, key=lambda account: (-degree[account], account))[:_HUBS], width


def active_in(spans: list[tuple[Ints, Ints]], account: Ints, second: Ints) -> Iterator[tuple[int, int, Ints]]:
    """Of each hub (its place in `spans`) and each of its spans, the accounts active in it; none where nobody was.

    account, second: of events in any order; those of parts add up.
    """
    clock = np.argsort(second, kind="stable")
    seconds = second[clock]
    for hub, (begin, end) in enumerate(spans):
        low, high = np.searchsorted(seconds, begin), np.searchsorted(seconds, end, side="right")
        for moment in np.flatnonzero(high > low).tolist():
            yield hub, moment, np.unique(account[clock[low[moment] : high[moment]]])


def timetables_on(ground: Ground, groups: list[Group], pairs: AccountPairs) -> Timetables:
    """Those of the hubs of these groups and of everybody who was active at two moments of one: all that `chance` asks for."""
    held = sorted(
        {(hub, width) for group in groups for hubs, width in [hubs_of(group, pairs, ground.n)] for hub in hubs}
    )
    hubs = np.unique(np.array([hub for hub, _ in held], np.int64))
    events, _ = ground.of_accounts(hubs)
    known = Timetables(events)
    if len(events) == ground.events:
        return known
    crew = ground.active_twice([known.spans(hub, width) for hub, width in held])
    return Timetables(ground.of_accounts(np.union1d(hubs, crew))[0])


def _log_chance(met: int, active: int, fitting: int, posts: int) -> float:
    """Logarithm of the bound above on the chance of so many meetings, at most 0."""
    if posts < met or active < met or not fitting:
        return 0.0
    arrangements = lgamma(posts + 1) - lgamma(posts - met + 1)
    return min(0.0, _log_choices(active, met) + met * log(fitting / active) - arrangements)


def _picked(chances: list[float], crew: int) -> float:
    """Chance of the most telling of the accounts (logarithms, least first), picked from a crew."""
    best, total = inf, 0.0
    for count, value in enumerate(chances, start=1):
        total += value
        best = min(best, _log_choices(crew, count) + total)
    return min(1.0, exp(min(0.0, best)) * len(chances)) if chances else 1.0


def _log_choices(size: int, count: int) -> float:
    return lgamma(size + 1) - lgamma(count + 1) - lgamma(size - count + 1)
