"""Groups that hang together by a thread are two; the tree test itself."""

from itertools import combinations

import numpy as np

from veille.detect.coordination.pairs import AccountPairs
from veille.detect.coordination.parameters import Parameters
from veille.detect.coordination.trees import find_groups, tree_p_value

N = 1000


def _pairs(*edges: tuple[int, int, float]) -> AccountPairs:
    ordered = sorted({(min(a, b), max(a, b)): p for a, b, p in edges}.items())
    codes = np.array([a * N + b for (a, b), _ in ordered])
    p = np.array([p for _, p in ordered])
    ones = np.ones(len(codes), np.int64)
    return AccountPairs(pair=codes, units=2 * ones, expected=p, p_value=p, q_value=p, width_s=60 * ones)


def _clique(first: int, last: int, p: float = 1e-9) -> list[tuple[int, int, float]]:
    return [(a, b, p) for a, b in combinations(range(first, last + 1), 2)]


def _found(*edges: tuple[int, int, float]) -> list[list[int]]:
    return sorted(sorted(g.members) for g in find_groups(_pairs(*edges), N, N, Parameters())[0])


def test_two_groups_that_share_an_account_are_two() -> None:
    assert _found(*_clique(0, 5), *_clique(5, 9)) in ([[*range(6)], [*range(6, 10)]], [[*range(5)], [*range(5, 10)]])


def test_one_lucky_edge_does_not_join_two_groups() -> None:
    assert _found(*_clique(0, 4), *_clique(10, 14), (4, 10, 1e-4)) == [[*range(5)], [*range(10, 15)]]


def test_what_does_not_stand_alone_is_not_cut_off() -> None:
    assert _found(*_clique(0, 4), (4, 10, 1e-6), (10, 11, 1e-6)) == [[0, 1, 2, 3, 4, 10, 11]]


def test_two_accounts_and_a_single_good_edge_are_nothing() -> None:
    assert _found((0, 1, 1e-30)) == []


def test_a_chain_of_weak_edges_is_not_enough() -> None:
    assert _found(*((k, k + 1, 2e-4) for k in range(4))) == []


def test_the_chance_falls_with_gain_and_rises_with_accounts() -> None:
    assert tree_p_value(40.0, 5, N, 1.0) < tree_p_value(30.0, 5, N, 1.0)
    assert tree_p_value(40.0, 5, N, 1.0) < tree_p_value(40.0, 5, 10 * N, 1.0)
