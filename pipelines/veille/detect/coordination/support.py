"""What carries a pair and a member: a test that they passed themselves, not the company they keep.

A pair inside a validated cluster is *supported* by its own q-value, or by its part in the cluster-level test: it is an edge of the
strongest spanning tree, whose gains are the test's statistic. Every other pair of the cluster is only *also seen together*.
"""

from collections.abc import Iterable

import numpy as np
import polars as pl

from veille.detect.components import least_joined
from veille.detect.coordination.events import Floats, Ints, Mask
from veille.detect.coordination.pairs import AccountPairs, keep_threshold
from veille.detect.coordination.trees import Group

OWN, TEST, JOINED, CANDIDATE = "pair", "cluster_test", "joined", "candidate"
"""Rules, strongest first. candidate: in a possible cluster, whose pairs would count in the test that it does not pass."""

RULES = (OWN, TEST, JOINED, CANDIDATE)


def in_tests(pairs: AccountPairs, n: int, accounts: int, groups: Iterable[Group]) -> Mask:
    """Which pairs are edges of a strongest spanning tree of one of the groups; of equal trees every edge counts."""
    inside = np.zeros(len(pairs.pair), bool)
    a, b = pairs.pair // n, pairs.pair % n
    for group in groups:
        members = np.fromiter(group.members, np.int64, len(group.members))
        at = np.flatnonzero(
            np.isin(a, members) & np.isin(b, members) & (pairs.p_value <= keep_threshold(accounts) * group.level)
        )
        inside[at[_strongest(a[at], b[at], pairs.p_value[at])]] = True
    return inside


def _strongest(a: Ints, b: Ints, p_value: Floats) -> Mask:
    """Edges of any tree of least p-values (Kruskal): those that join what no smaller p-value has joined."""
    kept = np.zeros(len(a), bool)
    nodes, place = np.unique(np.concatenate([a, b]), return_inverse=True)
    ends = list(zip(*(half.tolist() for half in np.split(place, 2)), strict=True))
    joined = list(range(len(nodes)))
    order = np.argsort(p_value, kind="stable")
    equal = np.split(order, np.flatnonzero(np.diff(np.maximum(p_value[order], 1e-300))) + 1) if len(order) else []
    for same in equal:
        joining = [k for k in same.tolist() if len({least_joined(joined, node) for node in ends[k]}) > 1]
        kept[joining] = True
        for k in joining:
            one, other = (least_joined(joined, node) for node in ends[k])
            joined[one] = other
    return kept


def supported_by(pairs: AccountPairs, tree: Mask, alpha: float) -> list[str | None]:
    """Of each pair the rule that carries it, None where it is only seen together."""
    own = (pairs.q_value <= alpha).tolist()
    return [OWN if q else TEST if part else None for q, part in zip(own, tree.tolist(), strict=True)]


def member_rules(members: pl.DataFrame, pairs: pl.DataFrame, alpha: float) -> pl.DataFrame:
    """The members with rule, error_rate (what the rule admits) and rule_value (the member's own figure under the rule).

    members: account_id, cluster_id, tier, joined, q_value, cluster_p_value. pairs: cluster_id, account_a, account_b, q_value,
    supported_by. A member belongs by the strongest rule that one of its pairs in the cluster or its own test passed.
    """
    ends = pl.concat(
        [
            pairs.select("cluster_id", pl.col(f"account_{side}").alias("account_id"), "q_value", "supported_by")
            for side in "ab"
        ]
    ).filter(supported_by=OWN)
    own = ends.group_by("cluster_id", "account_id").agg(pl.col("q_value").min().alias("own_q"))
    known = members.join(own, on=["cluster_id", "account_id"], how="left", maintain_order="left")
    rule = (
        pl.when(pl.col("own_q").is_not_null()).then(pl.lit(OWN))
        .when(pl.col("joined")).then(pl.lit(JOINED))
        .when(pl.col("tier") == "validated").then(pl.lit(TEST))
        .otherwise(pl.lit(CANDIDATE))
    )  # fmt: skip
    rated = known.with_columns(rule.alias("rule")).with_columns(
        error_rate=pl.when(pl.col("rule") != CANDIDATE).then(alpha),
        rule_value=pl.coalesce("own_q", pl.when(pl.col("joined")).then("q_value").otherwise("cluster_p_value")),
    )
    return rated.drop("own_q")


def stronger_rule(one: tuple[str, float], other: tuple[str, float]) -> tuple[str, float]:
    """Of two (rule, value) of a member the one that says more; the first where they say the same."""
    return min(one, other, key=lambda said: (RULES.index(said[0]), said[1]))


def summed(pairs: pl.DataFrame) -> tuple[int, int, float]:
    """How many pairs are supported, their co-actions and what chance explains of these."""
    carried = pairs.filter(pl.col("supported_by").is_not_null())
    return len(carried), int(carried["co_actions"].sum()), float(carried["expected"].sum())
