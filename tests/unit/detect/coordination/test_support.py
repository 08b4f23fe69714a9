"""A pair counts as supported only where a test carries it, and every member says by which rule it belongs."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.detect.coordination.planted import frame, strangers, strikes
from veille.detect.coordination import Detection, detect
from veille.detect.coordination.pairs import AccountPairs, keep_threshold
from veille.detect.coordination.support import in_tests, stronger_rule
from veille.detect.coordination.trees import Group


@pytest.fixture(scope="module", params=[1, 5])
def found(request: pytest.FixtureRequest) -> Detection:
    return detect(frame(strangers(request.param) + strikes(request.param)))


def _pairs(edges: dict[tuple[int, int], float], n: int) -> AccountPairs:
    code = np.array([a * n + b for a, b in edges], np.int64)
    zeros = np.zeros(len(edges))
    return AccountPairs(
        pair=code, units=np.full(len(edges), 2), expected=zeros, p_value=np.array(list(edges.values())), q_value=zeros + 1,
        width_s=np.full(len(edges), 60),
    )  # fmt: skip


def test_no_supported_pair_lies_at_or_below_chance_and_each_names_its_rule(found: Detection) -> None:
    carried, seen = found.pairs.filter("supported"), found.pairs.filter(~pl.col("supported"))
    assert len(carried) >= 7
    assert (carried["co_actions"] > carried["expected"]).all()
    assert set(carried["supported_by"]) <= {"pair", "cluster_test"}
    assert (carried.filter(supported_by="pair")["q_value"] <= 0.01).all()
    assert (carried.filter(supported_by="cluster_test")["p_value"] <= keep_threshold(found.accounts)).all()
    assert (seen["q_value"] > 0.01).all()
    assert seen["supported_by"].is_null().all()


def test_the_tier_of_a_pair_is_its_own(found: Detection) -> None:
    own = found.pairs.select(
        pl.when(pl.col("q_value") <= 0.01).then(pl.lit("validated"))
        .when(pl.col("p_value") <= keep_threshold(found.accounts)).then(pl.lit("possible")).otherwise(pl.lit("seen"))
        .alias("tier")
    )  # fmt: skip
    assert found.pairs["tier"].equals(own["tier"])
    tiers = found.clusters.select("cluster_id", "tier").unique()
    of_cluster = found.pairs.join(tiers, on="cluster_id", how="left", suffix="_of", maintain_order="left")
    assert of_cluster["cluster_tier"].equals(of_cluster["tier_of"].rename("cluster_tier"), null_equal=True)


def test_every_member_says_its_rule_with_the_rate_of_that_rule(found: Detection) -> None:
    members = found.clusters.filter(tier="validated")
    assert members["error_rate"].to_list() == [0.01] * len(members)
    assert (members["rule_value"] <= members["error_rate"]).all()
    assert set(members.filter("joined")["rule"]) <= {"joined", "pair"}
    assert set(members.filter(~pl.col("joined"))["rule"]) <= {"cluster_test", "pair"}


def test_the_edges_of_a_group_hold_it_together(found: Detection) -> None:
    for (name,), members in found.clusters.filter(~pl.col("joined"), tier="validated").group_by("cluster_id"):
        edges = found.pairs.filter("supported", cluster_id=name).select("account_a", "account_b").rows()
        assert _reach(edges) >= set(members["account_id"])


def _reach(edges: list[tuple[str, str]]) -> set[str]:
    seen = set(edges[0])
    while more := {end for edge in edges if set(edge) & seen for end in edge} - seen:
        seen |= more
    return seen


def test_the_weakest_edge_of_a_ring_is_no_part_of_the_test() -> None:
    pairs = _pairs({(0, 1): 1e-9, (0, 2): 1e-8, (1, 2): 1e-5, (3, 4): 1e-9, (1, 3): 0.5}, 5)
    assert in_tests(pairs, 5, 100, [Group(frozenset((0, 1, 2)), 1e-6)]).tolist() == [True, True, False, False, False]


def test_of_equal_edges_all_are_part_of_the_test() -> None:
    pairs = _pairs({(0, 1): 1e-5, (0, 2): 1e-5, (1, 2): 1e-5}, 3)
    assert in_tests(pairs, 3, 100, [Group(frozenset((0, 1, 2)), 1e-6)]).all()


def test_edges_above_the_level_at_which_a_group_passed_are_no_part_of_its_test() -> None:
    pairs = _pairs({(0, 1): 1e-9, (0, 2): 1e-8, (2, 3): 1e-3}, 4)
    group = Group(frozenset((0, 1, 2, 3)), 1e-6, 0.01)
    assert in_tests(pairs, 4, 100, [group]).tolist() == [True, True, False]


@settings(deadline=None)
@given(st.lists(st.sampled_from([1e-9, 1e-7, 1e-5]), min_size=10, max_size=10), st.permutations(range(5)))
def test_the_parts_do_not_depend_on_how_accounts_are_numbered(values: list[float], order: list[int]) -> None:
    ends = [(a, b) for a in range(5) for b in range(a + 1, 5)]
    group = Group(frozenset(range(5)), 1e-6)
    plain = dict(zip(ends, in_tests(_pairs(dict(zip(ends, values, strict=True)), 5), 5, 100, [group]), strict=True))
    renamed = {(min(order[a], order[b]), max(order[a], order[b])): p for (a, b), p in zip(ends, values, strict=True)}
    again = dict(zip(renamed, in_tests(_pairs(renamed, 5), 5, 100, [group]), strict=True))
    assert all(plain[a, b] == again[min(order[a], order[b]), max(order[a], order[b])] for a, b in ends)


def test_a_member_keeps_the_rule_that_says_most() -> None:
    assert stronger_rule(("joined", 1e-9), ("cluster_test", 1e-3)) == ("cluster_test", 1e-3)
    assert stronger_rule(("pair", 1e-3), ("pair", 1e-4)) == ("pair", 1e-4)
