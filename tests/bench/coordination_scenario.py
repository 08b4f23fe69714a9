"""Coordination live: grok-winter-2026 and null weeks of organic traps on the hourly grid.

For each kind of group: precision and recall of accounts, groups found, delay from the first co-action, and from the attack
after which there are two targets at all, to validated; how many ids a group received, how many groups an id covers.
Null weeks: organic-week with seeds 1 to 20, clusters a week where all are false, for the default classes and for all classes.
COORDINATION_WEEKS=2 shortens it; COORDINATION_SEED is the winter's; COORDINATION_LONG_HOURS how often the long window is looked at.
"""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from tests.bench.report import line
from veille.detect.coordination.history import KnownCluster
from veille.detect.coordination.watch import HOUR, CoordinationPlan, CoordinationWatch, Turn
from veille.simulate import scenario, simulate

CLASSES = ("sexualising", "unknown")
STATED_RATE = 0.15
"""False validated clusters a week (docs/detection/coordination.md)."""
SHARED_ACCOUNTS = 3
"""An id and a group have to do with each other from so many shared accounts."""


@dataclass(frozen=True, slots=True)
class Lived:
    """One replay. validated: when each id became validated (event time)."""

    known: Sequence[KnownCluster]
    validated: dict[str, datetime]
    turns: Sequence[Turn]
    cpu: float
    slowest: float


def lived(mentions: pl.DataFrame, plan: CoordinationPlan | None = None) -> Lived:
    """Hour by hour, as the service steps it."""
    mentions = mentions.select("account_id", "target_id", "post_id", "occurred_at").sort("occurred_at")
    watch, at = CoordinationWatch(plan=plan), mentions["occurred_at"].min()
    assert isinstance(at, datetime)
    at, end, fed = at.replace(minute=0, second=0, microsecond=0), mentions["occurred_at"].max(), 0
    turns: list[Turn] = []
    known: dict[str, KnownCluster] = {}
    validated: dict[str, datetime] = {}
    cpu = slowest = 0.0
    while at < end + HOUR:  # type: ignore[operator]
        at += HOUR
        until = mentions["occurred_at"].search_sorted(at, "left")
        started = time.process_time()
        watch.add(mentions[fed:until])
        turn = watch.step(at)
        used = time.process_time() - started
        fed, cpu, slowest = until, cpu + used, max(slowest, used)
        turns.append(turn)
        for one in turn.clusters:
            known[one.cluster_id] = one
            if one.tier == "validated":
                validated.setdefault(one.cluster_id, at)
    return Lived([known[name] for name in sorted(known)], validated, turns, cpu, slowest)


def counted(mentions: pl.DataFrame, classes: Sequence[str] | None = CLASSES) -> pl.DataFrame:
    """What the service counts: known targets, of these classes."""
    wanted = pl.col("target_id").is_not_null()
    return mentions.filter(wanted & pl.col("request_class").is_in(classes) if classes else wanted)


def winter(seed: int) -> None:
    """All kinds of groups in five weeks of everything."""
    simulation = simulate(scenario("grok-winter-2026", seed=seed))
    hours = int(os.environ.get("COORDINATION_LONG_HOURS", "24"))
    found = lived(counted(simulation.mentions), CoordinationPlan(long_every=hours * HOUR))
    truth = simulation.truth.groups.select("group_id", "kind", "account_id").unique()
    labels = simulation.truth.labels.join(
        simulation.truth.group_targets.select("attack_id", "group_id"), left_on="source_id", right_on="attack_id"
    )
    names = [k for k in found.known if k.cluster_id in found.validated]
    members = pl.DataFrame(
        [(k.cluster_id, a) for k in names for a in k.members], schema=["cluster_id", "account_id"], orient="row"
    )
    both = members.join(truth, on="account_id", how="left")
    home = _homes(both)
    line(
        "grok-winter-2026, five weeks",
        f"{found.cpu:.1f} CPU s; slowest hour {found.slowest:.2f} CPU s",
        target="60 CPU s",
        met=found.cpu <= 60,
    )
    accounts = set(members["account_id"])
    hits = len(accounts & set(truth["account_id"]))
    line(
        "all kinds",
        f"precision {hits / max(1, len(accounts)):.3f}, {len(names)} ids validated, {len(found.known) - len(names)} only possible",
    )
    for (kind,), part in sorted(truth.group_by("kind"), key=lambda each: str(each[0][0])):
        _kind(str(kind), part, both, home, labels, found)


def _homes(both: pl.DataFrame) -> pl.DataFrame:
    """For each id the group that most of its members belong to (cluster_id, group_id, shared)."""
    counts = both.drop_nulls("group_id").group_by("cluster_id", "group_id").agg(pl.len().alias("shared"))
    ordered = counts.sort("cluster_id", "shared", "group_id", descending=[False, True, False])
    return ordered.group_by("cluster_id", maintain_order=True).first()


def _kind(
    kind: str, truth: pl.DataFrame, both: pl.DataFrame, home: pl.DataFrame, labels: pl.DataFrame, found: Lived
) -> None:
    groups = sorted(truth["group_id"].unique())
    ids = home.filter(pl.col("group_id").is_in(groups))
    own = both.join(ids.select("cluster_id", own="group_id"), on="cluster_id")
    right = own.filter(pl.col("group_id") == pl.col("own")).select("group_id", "account_id").unique()
    acted = labels.filter(pl.col("group_id").is_in(groups)).select("group_id", "account_id").unique()
    all_members = own.select("cluster_id", "account_id").unique()
    whole = right.group_by("group_id").len().join(acted.group_by("group_id").agg(pl.len().alias("size")), on="group_id")
    half = len(whole.filter(2 * pl.col("len") >= pl.col("size")))
    touching = both.drop_nulls("group_id").group_by("cluster_id", "group_id").agg(pl.len().alias("shared"))
    touching = touching.filter(pl.col("shared") >= SHARED_ACCOUNTS)
    a_group = touching.filter(pl.col("group_id").is_in(groups)).group_by("group_id").len()["len"]
    an_id = touching.join(ids, on="cluster_id", how="semi").group_by("cluster_id").len()["len"]
    precision, recall = len(right) / max(1, len(all_members)), len(right) / max(1, len(acted))
    delays = _delays(groups, labels, home, found)
    line(
        f"{kind}, {len(groups)} groups",
        f"precision {precision:.3f}, recall {recall:.3f}, {half} found; {delays}",
        beside=f"ids a group: {_spread(a_group)}; groups an id: {_spread(an_id)}",
    )


def _spread(counts: pl.Series) -> str:
    return f"{sum(counts) / len(counts):.2f} (most {max(counts)})" if len(counts) else "none"


def _delays(groups: Sequence[str], labels: pl.DataFrame, home: pl.DataFrame, found: Lived) -> str:
    """Hours from the first co-action, and from when half of the members have met on two targets at the earliest."""
    first, second = [], []
    for group in groups:
        mine = home.filter(group_id=group)["cluster_id"].to_list()
        times = [found.validated[name] for name in mine if name in found.validated]
        if not times:
            continue
        acts = labels.filter(group_id=group).sort("occurred_at")
        starts = (
            acts.group_by("target_id")
            .agg(pl.col("occurred_at").sort().slice(1, 1).first().alias("met"))
            .drop_nulls()
            .sort("met")
        )
        if len(starts) >= 2:
            first.append((min(times) - starts["met"][0]) / HOUR)
            second.append((min(times) - starts["met"][1]) / HOUR)
    if not first:
        return "no delay to state"
    medians = [float(pl.Series(x).median() or 0.0) for x in (first, second)]  # type: ignore[arg-type]
    return (
        f"validated {medians[0]:.0f} h after the first co-action, {medians[1]:.0f} h after the second target (medians)"
    )


def null_weeks(weeks: int) -> None:
    """Weeks in which whatever is found is false."""
    for label, classes in (("default classes", CLASSES), ("all classes", None)):
        clusters, possible, hit, accounts = 0, 0, 0, 0
        for seed in range(1, weeks + 1):
            found = lived(counted(simulate(scenario("organic-week", seed=seed)).mentions, classes))
            names = [k for k in found.known if k.cluster_id in found.validated]
            clusters, hit, possible = clusters + len(names), hit + bool(names), possible + len(found.known) - len(names)
            accounts += sum(len(k.members) for k in names)
        figure = f"{clusters} false clusters ({accounts} accounts) in {weeks} weeks, {clusters / weeks:.2f} a week; {possible} possible"
        met = clusters <= STATED_RATE * weeks
        beside = f"{hit} of {weeks} weeks with any"
        line(f"organic-week, {label}", figure, beside=beside, target=f"{STATED_RATE} a week", met=met)


def main() -> None:
    winter(int(os.environ.get("COORDINATION_SEED", "1")))
    null_weeks(int(os.environ.get("COORDINATION_WEEKS", "20")))


if __name__ == "__main__":
    main()
