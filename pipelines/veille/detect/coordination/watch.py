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

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import polars as pl

from veille.detect.coordination.detection import Detection
from veille.detect.coordination.history import Change, FoundCluster, KnownCluster, carry_on
from veille.detect.coordination.parameters import Parameters
from veille.detect.coordination.sightings import EDGES, ClusterSighting, MethodChoice, sensitivity, sightings
from veille.detect.coordination.stepping import Stepper

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


@dataclass(frozen=True, slots=True)
class Strength:
    """The best evidence so far. edges: columns EDGES, of each pair the run that counted most; p_value: the least of all runs.

    sensitivity: of the run with that p_value.
    """

    p_value: float
    edges: pl.DataFrame
    sensitivity: tuple[MethodChoice, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """What changed in one step: clusters as they are now, with their strength, and the events of their lives."""

    at: datetime
    clusters: tuple[KnownCluster, ...]
    strength: Mapping[str, Strength]
    changes: tuple[Change, ...]


class CoordinationWatch:
    """State of the watch. Feed it mentions in any order, then step from full hour to full hour. Can be pickled."""

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
        touched = self._follow(run, _gathered(found, self._known), at, changes)
        if is_due(at, self._plan.long_every):
            run = self._long.step(at)
            found = _apart(self._seen(run, possible=self._plan.possible), self._known)
            touched |= self._follow(run, found, at, changes)
        return self._turn(at, before, touched, changes)

    def look(self, at: datetime) -> Turn:
        """Clusters that would be born if `at` were a full hour. Changes nothing."""
        run = self._short.peek(at)
        found = _gathered(self._seen(run, possible=False), self._known)
        after, _, names = carry_on(self._known, [s.found for s in found], at, self._plan.quiet)
        old = {k.cluster_id for k in self._known}
        born = {name: s for name, s in zip(names, found, strict=True) if name not in old}
        return Turn(at, tuple(k for k in after if k.cluster_id in born), self._strengths(run, born), ())

    def _seen(self, run: Detection, *, possible: bool) -> list[ClusterSighting]:
        return sightings(run, self._parameters, possible=possible)

    def _follow(self, run: Detection, found: list[ClusterSighting], at: datetime, changes: list[Change]) -> set[str]:
        """Carry the life history on; returns the clusters whose evidence grew."""
        self._known, news, names = carry_on(self._known, [s.found for s in found], at, self._plan.quiet)
        changes += news
        grown = {name: s for name, s in zip(names, found, strict=True) if self._tells_more(name, s)}
        self._strength |= self._strengths(run, grown)
        return set(grown)

    def _tells_more(self, name: str, sighting: ClusterSighting) -> bool:
        known = self._strength.get(name)
        return known is None or len(_better(known.edges, sighting.pairs)) > 0

    def _strengths(self, run: Detection, found: Mapping[str, ClusterSighting]) -> dict[str, Strength]:
        if not found:
            return {}
        before = self._strength
        surer = [n for n, s in found.items() if n not in before or s.p_value < before[n].p_value]
        choices = sensitivity(run, self._parameters, [list(found[n].found.members) for n in surer]) if surer else []
        fresh = dict(zip(surer, choices, strict=True))
        return {name: _stronger(before.get(name), s, fresh.get(name, ())) for name, s in found.items()}

    def _turn(
        self, at: datetime, before: Mapping[str, KnownCluster], touched: Collection[str], changes: list[Change]
    ) -> Turn:
        changed = tuple(k for k in self._known if k.cluster_id in touched or before.get(k.cluster_id) != k)
        strength = {k.cluster_id: self._strength[k.cluster_id] for k in changed}
        return Turn(at, changed, strength, tuple(dict.fromkeys(changes)))


def is_due(at: datetime, every: timedelta) -> bool:
    """Whether `at` is a multiple of `every` from midnight UTC."""
    return (at - at.replace(hour=0, minute=0, second=0, microsecond=0)) % every == timedelta()


def _better(known: pl.DataFrame, fresh: pl.DataFrame) -> pl.DataFrame:
    """Pairs that are new or count more independent co-actions than before."""
    joined = fresh.join(
        known.select("account_a", "account_b", before="co_actions"), on=["account_a", "account_b"], how="left"
    )
    return joined.filter(pl.col("before").is_null() | (pl.col("co_actions") > pl.col("before"))).select(EDGES)


def _stronger(known: Strength | None, sighting: ClusterSighting, choices: tuple[MethodChoice, ...]) -> Strength:
    if known is None:
        return Strength(sighting.p_value, sighting.pairs, choices)
    better = _better(known.edges, sighting.pairs)
    kept = known.edges.join(better, on=["account_a", "account_b"], how="anti")
    edges = pl.concat([kept, better]).sort("account_a", "account_b")
    if sighting.p_value < known.p_value:
        return Strength(sighting.p_value, edges, choices)
    return replace(known, edges=edges)


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
    return ClusterSighting(whole, min(s.p_value for s in group), pl.concat([s.pairs for s in group]))
