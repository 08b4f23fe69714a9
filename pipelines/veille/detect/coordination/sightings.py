"""The clusters of one run as things that may be followed: when they met, how sure the run is, how it depends on choices."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime

import numpy as np
import polars as pl

from veille.detect.coordination.detection import Detection
from veille.detect.coordination.events import Events, Ints, Mask
from veille.detect.coordination.history import FoundCluster
from veille.detect.coordination.members import rows_inside
from veille.detect.coordination.pairs import AccountPairs, best_of, usable_windows
from veille.detect.coordination.parameters import Parameters
from veille.detect.coordination.trees import find_groups

EDGES = ("account_a", "account_b", "co_actions", "expected", "p_value", "q_value", "window_s", "supported_by")


@dataclass(frozen=True, slots=True)
class MethodChoice:
    """One other choice of method, and how many of the cluster's members are together in one group under it.

    window_s: this window alone (None: all). alpha: the error rate of the cluster test. of: how many members there were in that run;
    None in evidence of an earlier version of Veille.
    """

    window_s: int | None
    alpha: float
    members: int
    of: int | None = None


@dataclass(frozen=True, slots=True)
class ClusterSighting:
    """A cluster of one run. pairs: columns EDGES; p_value: chance of any such cluster in a run without coordination.

    rules: by account the rule by which it belongs and its own figure under that rule (support.py).
    """

    found: FoundCluster
    p_value: float
    pairs: pl.DataFrame
    rules: Mapping[str, tuple[str, float]]


def sightings(run: Detection, parameters: Parameters, *, possible: bool) -> list[ClusterSighting]:
    """Validated clusters of a run, and the possible ones if wanted, in the run's order."""
    if run.clusters.is_empty():
        return []
    tiers = ["validated", "possible"] if possible else ["validated"]
    members = run.clusters.filter(pl.col("tier").is_in(tiers))
    if members.is_empty():
        return []
    found = _met(run, members, parameters)
    result = []
    for (name,), part in members.group_by("cluster_id", maintain_order=True):
        if name in found:
            accounts = part["account_id"]
            inside = pl.col("account_a").is_in(accounts.implode()) & pl.col("account_b").is_in(accounts.implode())
            pairs = run.pairs.filter(inside).select(EDGES)
            rules = {a: (r, v) for a, r, v in part.select("account_id", "rule", "rule_value").iter_rows()}
            result.append(ClusterSighting(found[str(name)], float(part["cluster_p_value"][0]), pairs, rules))
    return result


def _met(run: Detection, members: pl.DataFrame, parameters: Parameters) -> dict[str, FoundCluster]:
    """Found by cluster name: first and last co-action, of the cluster and of each member."""
    events, names = run.encoded, members["cluster_id"].unique(maintain_order=True)
    cluster_of = np.full(events.n, -1)
    codes = events.accounts.search_sorted(members["account_id"]).to_numpy()
    cluster_of[codes] = members["cluster_id"].replace_strict(names, range(len(names)), return_dtype=pl.Int64).to_numpy()
    i, j = _meetings(events, cluster_of, parameters)
    found = {}
    for k, (name, tier) in enumerate(members.select("cluster_id", "tier").unique(maintain_order=True).iter_rows()):
        own = cluster_of[events.account[i]] == k
        if own.any():
            role = members.filter(cluster_id=name).select("account_id", "role")
            found[name] = _as_found(events, i[own], j[own], dict(role.iter_rows()), tier)
    return found


def _meetings(events: Events, cluster_of: Ints, parameters: Parameters) -> tuple[Ints, Ints]:
    """Co-actions inside clusters in any window, each once."""
    codes = [np.zeros(0, np.int64)]
    for window in usable_windows(events.step_s, parameters.windows):
        codes += [
            rows.i * len(events) + rows.j for rows in rows_inside(events, cluster_of, window, parameters.max_rows)
        ]
    both = np.unique(np.concatenate(codes))
    return both // max(1, len(events)), both % max(1, len(events))


def _as_found(events: Events, i: Ints, j: Ints, role: dict[str, str], tier: str) -> FoundCluster:
    late = np.maximum(events.second[i], events.second[j])
    last = np.full(events.n, -1)
    for side in (i, j):
        np.maximum.at(last, events.account[side], late)
    first = np.lexsort((events.account[j], events.account[i], events.target[i], late))[0]
    start = min(int(events.second[i].min()), int(events.second[j].min()))
    place, day = events.targets[int(events.target[i[first]])], _time(events, int(late[first])).date()
    seen = {events.accounts[code]: _time(events, int(last[code])) for code in np.flatnonzero(last >= 0).tolist()}
    return FoundCluster(
        members=role,
        first_at=_time(events, start),
        last_at=_time(events, int(late.max())),
        tier=tier,
        seen=seen,
        anchor=f"{place}\n{day}",
    )


def _time(events: Events, second: int) -> datetime:
    return datetime.fromtimestamp(events.start_s + second, UTC)


def sensitivity(
    run: Detection, parameters: Parameters, clusters: Sequence[Collection[str]]
) -> list[tuple[MethodChoice, ...]]:
    """For each set of accounts how it holds together for each window alone, and at a stricter and a looser error rate.

    By pairs alone (before joining), from those already scored: p stays corrected for all windows, so a window alone is
    held to the stricter measure.
    """
    events = run.encoded
    alone = [(w, parameters.alpha, [p for p in run.scored if len(p.pair) and p.width_s[0] == w]) for w in run.windows_s]
    rates = (parameters.alpha / 10, min(parameters.alpha * 5, 0.5))
    tried: list[tuple[int | None, float, list[AccountPairs]]] = [
        *alone,
        *((None, rate, list(run.scored)) for rate in rates),
    ]
    sets = [frozenset(np.flatnonzero(events.accounts.is_in(list(c)).to_numpy()).tolist()) for c in clusters]
    inside = np.zeros(events.n, bool)
    inside[[account for one in sets for account in one]] = True
    choices = []
    for window, alpha, scored in tried:
        pairs = best_of([_among(p, inside, events.n) for p in scored], events.seen)
        groups = find_groups(pairs, events.n, events.seen, replace(parameters, alpha=alpha), cut=False)[0]
        held = [max((len(one & g.members) for g in groups), default=0) for one in sets]
        choices.append(
            [MethodChoice(window, alpha, members, len(one)) for members, one in zip(held, sets, strict=True)]
        )
    return [tuple(column) for column in zip(*choices, strict=True)]


def _among(pairs: AccountPairs, inside: Mask, n: int) -> AccountPairs:
    """The pairs of which both accounts are of interest."""
    mask = inside[pairs.pair // n] & inside[pairs.pair % n]
    return AccountPairs(**{f.name: getattr(pairs, f.name)[mask] for f in fields(AccountPairs)})
