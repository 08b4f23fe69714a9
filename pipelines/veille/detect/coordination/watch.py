"""Clusters as time goes on: a short sliding window each hour, a long one each day for the slow, one life history.

Pure: mentions and times in, changes out. What it knows at a full hour depends on the mentions alone, not on when they were
added, on early looks, or on how many steps were made in one go.

>>> import random
>>> from datetime import UTC
>>> chance, start = random.Random(1), datetime(2026, 1, 5, tzinfo=UTC)
>>> rows = [(f"a{chance.randrange(200)}", f"t{chance.randrange(80)}", chance.randrange(86_400)) for _ in range(1_500)]
>>> rows += [(f"g{who}", f"q{what}", 9_000 * what + who) for what in range(6) for who in range(6)]   # six accounts, six targets
>>> watch = CoordinationWatch()
>>> watch.add(pl.DataFrame([(who, what, start + timedelta(seconds=at)) for who, what, at in rows],
...     schema={"account_id": pl.String, "target_id": pl.String, "occurred_at": pl.Datetime("us", "UTC")}, orient="row"))
>>> [sorted(cluster.members) for cluster in watch.step(start + 24 * HOUR).clusters if cluster.tier == "validated"]
[['g0', 'g1', 'g2', 'g3', 'g4', 'g5']]
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import polars as pl

from veille.detect.coordination.detection import Detection
from veille.detect.coordination.far import FarRun
from veille.detect.coordination.history import Change, FoundCluster, KnownCluster, carry_on
from veille.detect.coordination.parameters import Parameters
from veille.detect.coordination.sightings import ClusterSighting, MethodChoice, sensitivity, sightings
from veille.detect.coordination.stepping import Stepper
from veille.detect.coordination.strength import (
    Look,
    Reach,
    Strength,
    as_seen,
    look_of,
    strengthened,
    surer,
    tells_more,
)

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CoordinationPlan:
    """span: the short window, each full hour. long_span: the long window, each `long_every` from midnight UTC.

    quiet: without co-action this long a member has left, a cluster sleeps. possible: follow possible clusters too (of the
    long window; they may be validated later under their id).
    """

    span: timedelta = timedelta(hours=24)
    long_span: timedelta = timedelta(days=14)
    long_every: timedelta = timedelta(hours=24)
    quiet: timedelta = timedelta(days=7)
    possible: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What changed in one step: clusters as they are now, with their strength, and the events of their lives.

    seen: those of the clusters that a look of this step found. period: begin and end of the mentions of a far look, None of the others.
    """

    at: datetime
    clusters: tuple[KnownCluster, ...]
    strength: Mapping[str, Strength]
    changes: tuple[Change, ...]
    seen: frozenset[str] = frozenset()
    period: tuple[datetime, datetime] | None = None


class CoordinationWatch:
    """State of the watch. Feed it mentions in any order, then step from full hour to full hour. Can be pickled.

    A far look (far.py) runs elsewhere; what it found is handed to `recall`.
    """

    def __init__(self, parameters: Parameters | None = None, plan: CoordinationPlan | None = None) -> None:
        self._parameters, self._plan = parameters or Parameters(), plan or CoordinationPlan()
        self._short = Stepper(self._parameters, self._plan.span)
        self._long = Stepper(self._parameters, self._plan.long_span)
        self._known: list[KnownCluster] = []
        self._strength: dict[str, Strength] = {}
        self._last: Detection | None = None

    @property
    def reach(self) -> timedelta:
        """How far back mentions still count."""
        return max(self._plan.span, self._plan.long_span)

    def restore(self, known: Sequence[KnownCluster], strength: Mapping[str, Strength]) -> None:
        """Take up a life history recorded earlier; the mentions within reach must be added anew."""
        self._known, self._strength = list(known), dict(strength)

    def add(self, mentions: pl.DataFrame) -> None:
        """Take in mentions: account_id, target_id, occurred_at (UTC), post_id where known."""
        if len(mentions):
            self._short.add(mentions)
            self._long.add(mentions)

    def step(self, at: datetime) -> Turn:
        """Decide the full hour `at` from the mentions before it. Hours must not go back (ValueError)."""
        before = {k.cluster_id: k for k in self._known}
        run = self._short.step(at)
        changes: list[Change] = []
        found = self._seen(run, possible=False) if run is not self._last else []
        self._last = run
        looks: dict[str, tuple[ClusterSighting, Look]] = {}
        view = self._view("short", run, at, self._plan.span)
        touched = self._follow(view, _gathered(found, self._known), at, changes, looks)
        if is_due(at, self._plan.long_every):
            run = self._long.step(at)
            found = _apart(self._seen(run, possible=self._plan.possible), self._known)
            touched |= self._follow(self._view("long", run, at, self._plan.long_span), found, at, changes, looks)
        return self._turn(at, before, touched, changes, looks)

    def look(self, at: datetime) -> Turn:
        """Clusters that would be born if `at` were a full hour. Changes nothing."""
        run = self._short.peek(at)
        found = _gathered(self._seen(run, possible=False), self._known)
        after, _, names = carry_on(self._known, [s.found for s in found], at, self._plan.quiet)
        old = {k.cluster_id for k in self._known}
        born = {name: s for name, s in zip(names, found, strict=True) if name not in old}
        strength = self._strengths(self._view("short", run, at, self._plan.span), born)
        clusters = tuple(k for k in after if k.cluster_id in born)
        return Turn(at=at, clusters=clusters, strength=strength, changes=(), seen=frozenset(born))

    def recall(self, run: FarRun, at: datetime) -> Turn:
        """Take up at the full hour `at` what a far look found; after the step of that hour. The same run again changes nothing."""
        before = {k.cluster_id: k for k in self._known}
        changes: list[Change] = []
        looks: dict[str, tuple[ClusterSighting, Look]] = {}
        tried = {id(sighting): choices for sighting, choices in zip(run.found, run.choices, strict=True)}
        view = _View("far", run.since, run.until, lambda sure: [tried[id(sighting)] for sighting in sure])
        touched = self._follow(view, list(run.found), at, changes, looks)
        return replace(self._turn(at, before, touched, changes, looks), period=(run.since, run.until))

    def _seen(self, run: Detection, *, possible: bool) -> list[ClusterSighting]:
        return sightings(run, self._parameters, possible=possible)

    def _view(self, reach: Reach, run: Detection, at: datetime, span: timedelta) -> "_View":
        def choices(sure: Sequence[ClusterSighting]) -> list[tuple[MethodChoice, ...]]:
            return sensitivity(run, self._parameters, [list(s.found.members) for s in sure]) if sure else []

        return _View(reach, at - span, at, choices)

    def _follow(
        self,
        view: "_View",
        found: list[ClusterSighting],
        at: datetime,
        changes: list[Change],
        looks: dict[str, tuple[ClusterSighting, Look]],
    ) -> set[str]:
        """Carry the life history on; returns the clusters whose evidence grew, and adds to `changes` and `looks`."""
        sets, far = [s.found for s in found], view.reach == "far"
        self._known, news, names = carry_on(self._known, sets, at, self._plan.quiet, far=far)
        changes += news
        seen = dict(zip(names, found, strict=True))
        grown = {name: s for name, s in seen.items() if tells_more(self._strength.get(name), s)}
        self._strength |= self._strengths(view, grown)
        looks |= {name: (s, look_of(s, view.since, view.until)) for name, s in seen.items()}
        return set(grown)

    def _strengths(self, view: "_View", found: Mapping[str, ClusterSighting]) -> dict[str, Strength]:
        before = {name: self._strength.get(name) for name in found}
        sure = [name for name, s in found.items() if surer(before[name], s)]
        fresh = dict(zip(sure, view.choices([found[name] for name in sure]), strict=True))
        return {
            name: strengthened(before[name], s, look_of(s, view.since, view.until), fresh.get(name, ()), view.reach)
            for name, s in found.items()
        }

    def _turn(
        self,
        at: datetime,
        before: Mapping[str, KnownCluster],
        touched: Collection[str],
        changes: list[Change],
        looks: Mapping[str, tuple[ClusterSighting, Look]],
    ) -> Turn:
        changed = tuple(k for k in self._known if k.cluster_id in touched or before.get(k.cluster_id) != k)
        for name in (k.cluster_id for k in changed if k.cluster_id in looks):
            self._strength[name] = as_seen(
                self._strength[name], *looks[name]
            )  # only of what is written: a restart knows no more
        strength = {k.cluster_id: self._strength[k.cluster_id] for k in changed}
        return Turn(
            at=at, clusters=changed, strength=strength, changes=tuple(dict.fromkeys(changes)), seen=frozenset(looks)
        )


@dataclass(frozen=True, slots=True)
class _View:
    """What a look saw from: how far back, the mentions of [since, until), and how clusters that it found depend on choices of method."""

    reach: Reach
    since: datetime
    until: datetime
    choices: Callable[[Sequence[ClusterSighting]], list[tuple[MethodChoice, ...]]]


def is_due(at: datetime, every: timedelta) -> bool:
    """Whether `at` is a multiple of `every` from midnight UTC."""
    return (at - at.replace(hour=0, minute=0, second=0, microsecond=0)) % every == timedelta()


def _gathered(found: list[ClusterSighting], known: Sequence[KnownCluster]) -> list[ClusterSighting]:
    """Parts of one known cluster as one: a short window shows a group in pieces without its having split."""
    active = [k for k in known if k.state == "active"]
    parts: dict[str, list[ClusterSighting]] = {}
    for sighting in found:
        names = sighting.found.members.keys()
        home = max(active, key=lambda k: (len(names & k.present), k.cluster_id), default=None)
        inside = home is not None and 2 * len(names & home.present) > len(names)
        parts.setdefault(home.cluster_id if home and inside else min(names), []).append(sighting)
    return [_together(group) for group in parts.values()]


def _apart(found: list[ClusterSighting], known: Sequence[KnownCluster]) -> list[ClusterSighting]:
    """Without possible clusters that overlap a validated one, of this run or before: they are its shadow."""
    taken = [k.present for k in known if k.tier == "validated" and k.state == "active"]
    taken += [frozenset(s.found.members) for s in found if s.found.tier == "validated"]
    return [
        s
        for s in found
        if s.found.tier == "validated" or all(len(s.found.members.keys() & names) < 2 for names in taken)
    ]


def _together(group: list[ClusterSighting]) -> ClusterSighting:
    first = min((s.found for s in group), key=lambda f: (f.first_at, f.anchor))
    if len(group) == 1:
        return group[0]
    members = {a: r for s in group for a, r in s.found.members.items()}
    seen = {a: t for s in group for a, t in s.found.seen.items()}
    last = max(s.found.last_at for s in group)
    whole = FoundCluster(
        members=members, first_at=first.first_at, last_at=last, tier=first.tier, seen=seen, anchor=first.anchor
    )
    rules = {account: rule for s in group for account, rule in s.rules.items()}
    pairs = pl.concat([s.pairs for s in group]).sort("account_a", "account_b")
    return ClusterSighting(whole, min(s.p_value for s in group), pairs, rules)
