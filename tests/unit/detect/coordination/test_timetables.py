"""The second test of a group: accounts that share times only are none, accounts that agree on targets are."""

from collections import Counter
from dataclasses import replace
from itertools import permutations
from math import exp, factorial
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.detect.coordination.planted import frame, strangers, strikes
from veille.detect.coordination import Parameters, detect
from veille.detect.coordination.events import Events, Ints, Whole
from veille.detect.coordination.ground import Ground
from veille.detect.coordination.pairs import best_of
from veille.detect.coordination.timetables import Timetables, _log_chance, _picked, active_in, timetables_on
from veille.detect.coordination.trees import find_groups

BOTH = Parameters(timetables=True)


def _on_one_timetable(seed: int) -> list[tuple[str, str, float]]:
    """Strangers, and sixteen accounts that all write at the same two moments about the same two targets, each in an order of its own."""
    rng = np.random.default_rng(seed)
    rows = strangers(seed, events=12_000)
    for k in range(16):
        for at, target in zip((40_000.0, 250_000.0), rng.permutation(["q1", "q2"]), strict=True):
            rows.append((f"g{k:02d}", str(target), at + float(rng.integers(0, 30))))
    return rows


def _validated(rows: list[tuple[str, str, float]], parameters: Parameters) -> set[str]:
    return set(detect(frame(rows), parameters).clusters.filter(tier="validated")["account_id"])


def test_accounts_that_share_two_moments_are_no_group() -> None:
    draws = [_on_one_timetable(seed) for seed in range(6)]
    assert sum(bool(_validated(rows, Parameters())) for rows in draws) >= 3, (
        "the first test does not know of timetables"
    )
    assert not any(_validated(rows, BOTH) for rows in draws)


@pytest.mark.parametrize("struck", [4, 5])
def test_a_group_that_does_nothing_else_is_found_still(struck: int) -> None:
    rows = strangers(1) + strikes(1, targets=struck)
    assert _validated(rows, BOTH) == _validated(rows, Parameters()) == {f"g{k:02d}" for k in range(8)}


def test_the_figure_of_a_cluster_is_the_larger_of_both_tests() -> None:
    rows = strangers(1) + strikes(1, targets=4)
    one, both = (detect(frame(rows), p).clusters.filter(tier="validated") for p in (Parameters(), BOTH))
    assert one["cluster_p_value"].max() < both["cluster_p_value"].max() <= BOTH.alpha  # type: ignore[operator]


def test_what_fails_is_possible_and_carries_no_pair_by_the_cluster_test() -> None:
    found = detect(frame(_on_one_timetable(0)), BOTH)
    assert set(found.clusters["tier"]) == {"possible"}
    assert "cluster_test" not in found.pairs["supported_by"].to_list()


@given(
    hub=st.lists(st.integers(0, 3), min_size=2, max_size=5),
    own=st.lists(st.integers(0, 3), min_size=2, max_size=6),
    least=st.integers(2, 5),
)
def test_the_bound_is_never_below_the_chance_it_bounds(hub: list[int], own: list[int], least: int) -> None:
    """An account with a post at each of the hub's moments, and others elsewhere: all orders of its targets, counted."""
    shared = min(len(hub), len(own))
    orders = permutations(own)
    hits = sum(sum(a == b for a, b in zip(hub[:shared], order, strict=False)) >= least for order in orders)
    fitting = sum(target == other for target in hub[:shared] for other in own)
    exact = hits / factorial(len(own))
    assert exact <= exp(_log_chance(least, shared, fitting, len(own))) + 1e-12


def test_picking_from_a_crew_is_paid_for() -> None:
    half = [-np.log(2.0)] * 7
    assert _picked(half, 7) == pytest.approx(7 * 2.0**-7)
    assert _picked(half, 40) == 1.0
    assert _picked([], 40) == 1.0


class Elsewhere:
    """A ground that gives the events of those who are asked for, and of nobody else; asked: how many accounts each time."""

    def __init__(self, events: Events) -> None:
        self.n, self.events, self._all, self.asked = events.n, len(events), events, list[int]()
        self._whole = Whole(n=events.n, targets=events.target_codes, events=len(events), span_s=events.span_s,
                            traffic=events.traffic, clock=events.clock)  # fmt: skip

    def of_accounts(self, codes: Ints) -> tuple[Events, Any]:
        self.asked.append(len(codes))
        return replace(self._all.select(np.isin(self._all.account, codes)), part_of=self._whole), None

    def active_twice(self, spans: list[tuple[Ints, Ints]]) -> Ints:
        """Counted in two parts, as targets on two machines would be."""
        half = self._all.target % 2 == 0
        found = {
            (hub, moment, account)
            for part in (half, ~half)
            for hub, moment, accounts in active_in(spans, self._all.account[part], self._all.second[part])
            for account in accounts.tolist()
        }
        often = Counter((hub, account) for hub, _, account in found)
        return np.unique(np.array([account for (_, account), moments in often.items() if moments > 1], np.int64))


@pytest.mark.parametrize("seed", range(2))
def test_it_is_the_same_where_only_some_accounts_are_brought_here(seed: int) -> None:
    found = detect(frame(_on_one_timetable(seed) + strikes(seed, targets=4)))
    events, parameters = found.encoded, Parameters()
    pairs = best_of(list(found.scored), events.seen)
    groups = [group for tier in find_groups(pairs, events.n, events.seen, parameters) for group in tier]
    assert groups
    elsewhere, here = Elsewhere(events), Timetables(events)
    there = timetables_on(cast(Ground, elsewhere), groups, pairs)
    for alpha in (0.0, parameters.alpha):
        assert [there.chance(g, pairs, alpha) for g in groups] == [here.chance(g, pairs, alpha) for g in groups]
    assert max(elsewhere.asked) < events.n
