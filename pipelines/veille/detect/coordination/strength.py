"""The evidence that stays: of each cluster and each pair the look that supported it most, beside the latest one.

A look is one run of the detector over a span of mentions. Sliding windows forget; what they once showed is kept here, with the
window and the period in which it was shown.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

import polars as pl

from veille.detect.coordination.sightings import EDGES, ClusterSighting, MethodChoice
from veille.detect.coordination.support import CANDIDATE, OWN, TEST, stronger_rule, summed

_ENDS = ["account_a", "account_b"]
_LATEST = {
    "latest_co_actions": "co_actions", "latest_expected": "expected", "latest_p_value": "p_value", "latest_q_value": "q_value",
    "latest_window_s": "window_s", "latest_since": "since", "latest_until": "until",
}  # fmt: skip
BEST = (*EDGES, "since", "until")
COLUMNS = (*BEST, *_LATEST)
"""Of a pair: the look that supported it most, and the latest look in which its number of co-actions was another (latest_…)."""


Reach = Literal["short", "long", "far"]
"""How far back a look goes: the sliding window of each hour, the long one for slow groups, or months."""


@dataclass(frozen=True, slots=True)
class FirstSeen:
    """The look that found a cluster first: mentions of [since, until) (UTC)."""

    reach: Reach
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at a cluster: mentions of [since, until) (UTC).

    p_value: chance of any such cluster in a run without coordination. accounts: its members then, ascending, where they are known;
    size: how many. supported, seen: pairs of members that a test carries, and those only seen together. observed, expected:
    co-actions of the supported pairs, and what chance explains of them.
    """

    since: datetime
    until: datetime
    p_value: float
    accounts: tuple[str, ...]
    size: int
    supported: int
    seen: int
    observed: int
    expected: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """best: the look with the least p-value, the first of these; sensitivity is of it. latest: the newest that was recorded.

    edges: columns COLUMNS. rules: by account, also of those who have left: the strongest rule by which it belonged, and its figure.
    first: None for clusters found by a version of Veille that did not note it.
    """

    best: Look
    latest: Look
    sensitivity: tuple[MethodChoice, ...]
    edges: pl.DataFrame
    rules: Mapping[str, tuple[str, float]]
    first: FirstSeen | None = None

    @property
    def p_value(self) -> float:
        return self.best.p_value


def look_of(sighting: ClusterSighting, since: datetime, until: datetime) -> Look:
    """What one run saw of a cluster."""
    supported, observed, expected = summed(sighting.pairs)
    return Look(
        since=since, until=until, p_value=sighting.p_value, accounts=tuple(sorted(sighting.found.members)),
        size=len(sighting.found.members), supported=supported, seen=len(sighting.pairs) - supported, observed=observed, expected=expected,
    )  # fmt: skip


def begun(sighting: ClusterSighting, look: Look, choices: tuple[MethodChoice, ...], reach: Reach = "short") -> Strength:
    """The strength of a cluster seen for the first time."""
    edges, first = _latest(_dated(sighting.pairs, look)), FirstSeen(reach, look.since, look.until)
    return Strength(best=look, latest=look, sensitivity=choices, edges=edges, rules=dict(sighting.rules), first=first)


def tells_more(known: Strength | None, sighting: ClusterSighting) -> bool:
    """Whether a sighting supports the cluster or one of its pairs more than any before."""
    return known is None or surer(known, sighting) or len(_better(known.edges, sighting.pairs)) > 0


def surer(known: Strength | None, sighting: ClusterSighting) -> bool:
    """Whether the cluster as a whole was never less likely by chance."""
    return known is None or not known.best.accounts or sighting.p_value < known.best.p_value


def strengthened(
    known: Strength | None,
    sighting: ClusterSighting,
    look: Look,
    choices: tuple[MethodChoice, ...],
    reach: Reach = "short",
) -> Strength:
    """With what this sighting supports more. choices: its sensitivity, needed where it is `surer`. reach: of the look."""
    if known is None:
        return begun(sighting, look, choices, reach)
    better = _latest(_dated(_better(known.edges, sighting.pairs), look))
    kept = known.edges.join(better, on=_ENDS, how="anti")
    rules = dict(known.rules)
    for account, rule in sighting.rules.items():
        rules[account] = stronger_rule(rules.get(account, rule), rule)
    best, sensitivity = (look, choices) if surer(known, sighting) else (known.best, known.sensitivity)
    edges = pl.concat([kept, better]).sort(_ENDS)
    return replace(known, best=best, latest=look, sensitivity=sensitivity, edges=edges, rules=rules)


def as_seen(known: Strength, sighting: ClusterSighting, look: Look) -> Strength:
    """With this look as the latest one, of the cluster and of those pairs whose number of co-actions changed."""
    now = _dated(sighting.pairs, look).select(*_ENDS, *(pl.col(old).alias(new) for new, old in _LATEST.items()))
    both = known.edges.join(now, on=_ENDS, how="left", suffix="_now", maintain_order="left")
    changed = pl.col("latest_co_actions_now").is_not_null() & (
        pl.col("latest_co_actions").ne_missing(pl.col("latest_co_actions_now"))
        | pl.col("latest_window_s").ne_missing(pl.col("latest_window_s_now"))
    )
    moved = both.with_columns(
        pl.when(changed).then(pl.col(f"{name}_now")).otherwise(pl.col(name)).alias(name) for name in _LATEST
    )
    return replace(known, latest=look, edges=moved.select(COLUMNS))


def among(edges: pl.DataFrame, accounts: Collection[str]) -> pl.DataFrame:
    """The pairs of which both accounts are of these."""
    names = list(accounts)
    return edges.filter(pl.col("account_a").is_in(names) & pl.col("account_b").is_in(names))


def error_rate(rule: str | None, alpha: float) -> float | None:
    """What a rule of membership admits (`Parameters.alpha`); None for members of possible clusters, which no rule admits."""
    return None if rule in (None, CANDIDATE) else alpha


def _better(known: pl.DataFrame, fresh: pl.DataFrame) -> pl.DataFrame:
    """Pairs that are new, that a stronger rule or a smaller p carries, or, carried by none, that count more co-actions."""
    before = known.select(*_ENDS, "supported_by", "co_actions", "p_value")
    both = fresh.join(before, on=_ENDS, how="left", suffix="_before", maintain_order="left")
    now, old = _rank(pl.col("supported_by")), _rank(pl.col("supported_by_before"))
    more = (
        pl.when(now == len(_RANK)).then(pl.col("co_actions") > pl.col("co_actions_before"))
        .otherwise(pl.col("p_value") < pl.col("p_value_before"))
    )  # fmt: skip
    new = pl.col("co_actions_before").is_null()
    return both.filter(new | (now < old) | ((now == old) & more)).select(EDGES)


_RANK = (OWN, TEST)


def _rank(rule: pl.Expr) -> pl.Expr:
    """Place of a rule, the strongest first; behind all others where there is none."""
    return pl.when(rule == OWN).then(0).when(rule == TEST).then(1).otherwise(len(_RANK))


def _dated(pairs: pl.DataFrame, look: Look) -> pl.DataFrame:
    return pairs.with_columns(since=pl.lit(look.since), until=pl.lit(look.until)).select(
        *EDGES, pl.col("since", "until").cast(pl.Datetime("us", "UTC"))
    )


def _latest(dated: pl.DataFrame) -> pl.DataFrame:
    return dated.with_columns(pl.col(old).alias(new) for new, old in _LATEST.items()).select(COLUMNS)
