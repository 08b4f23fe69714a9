"""Parts of the sparse detector against brute force and scipy."""

from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, nbinom

from veille.detect.significance import q_values
from veille.detect.surges.sparse import room
from veille.detect.surges.sparse.baseline import Baseline
from veille.detect.surges.sparse.calibration import LEAST_SLOPE, TailCalibration
from veille.detect.surges.sparse.clumps import Clumps
from veille.detect.surges.sparse.recent import EventArrays, RecentEvents
from veille.detect.surges.sparse.significance import excess_p_values, interval
from veille.detect.surges.sparse.windows import window_counts


def rows(events: list[tuple[int, int, int]]) -> EventArrays:
    bins, series, accounts = ([e[i] for e in events] for i in range(3))
    return EventArrays(
        np.array(bins, np.int32), np.array(series, np.int32), np.array(accounts, np.uint64), np.array(bins, np.int64)
    )


EVENTS = st.lists(st.tuples(st.integers(1, 20), st.integers(0, 3), st.integers(0, 4)), min_size=1, max_size=60)


@given(EVENTS, st.integers(1, 20), st.integers(1, 3))
def test_window_counts_are_those_of_brute_force(events: list[tuple[int, int, int]], end: int, cap: int) -> None:
    after, windows = np.array([0, 0, 5, 0]), (1, 4, 20)
    got = window_counts(rows(events), np.array([e[1] for e in events]), after, end, windows, cap)
    for s in range(4):
        for w, window in enumerate(windows):
            mine = [e for e in events if e[1] == s and end - window < e[0] <= end and e[0] > after[s]]
            by_account = [sum(1 for e in mine if e[2] == a) for a in {e[2] for e in mine}]
            by_bin = [len({e[2] for e in mine if e[0] == b}) for b in {e[0] for e in mine}]
            assert got.events[s, w] == len(mine)
            assert got.people[s, w] == sum(min(n, cap) for n in by_account)
            assert got.accounts[s, w] == len(by_account)
            assert got.largest[s, w] == max(by_bin, default=0)


@given(st.integers(0, 60), st.floats(0.001, 30), st.floats(0.05, 10))
def test_the_tail_is_that_of_the_negative_binomial(count: int, mean: float, shape: float) -> None:
    got = excess_p_values(count, mean, shape)
    assert got == pytest.approx(nbinom.sf(count - 1, shape, shape / (shape + mean)), rel=1e-6, abs=1e-12)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.integers(0, 50))
def test_q_values_are_benjamini_hochberg_with_the_rest_at_one(p: list[float], more: int) -> None:
    full = np.array([*p, *[1.0] * more])
    np.testing.assert_allclose(q_values(np.array(p), len(full)), false_discovery_control(full)[: len(p)], atol=1e-12)


def test_the_interval_holds_the_mean() -> None:
    low, high = interval(12.0, 3.0)
    assert low < 12 < high


def test_the_prior_finds_the_rates_it_was_made_of() -> None:
    rng = np.random.default_rng(0)
    rate = rng.gamma(0.5, 0.02 / 0.5, 20_000)
    total = rng.poisson(rate * 1000).astype(float)
    total = total[total > 0]
    base = Baseline(2016, 1.0, 4.0)
    base.grow(len(total))
    base.fit_prior(1000, total, 1000.0)
    assert base.shape == pytest.approx(0.5, rel=0.2)
    assert base.rate == pytest.approx(0.02, rel=0.2)


def test_shrinkage_never_seen_is_rare_and_much_seen_is_itself() -> None:
    base = Baseline(2016, 1.0, 4.0)
    base.grow(3)
    base.learn(600, 600, np.array([1, 2]), np.array([6.0, 600.0]), {})
    rate = base.predict(np.array([0, 1, 2]), 600).rate
    assert rate[0] < 0.001
    assert rate[2] == pytest.approx(1.0, rel=0.3)
    assert rate[0] < rate[1] < rate[2]
    assert (base.predict(np.array([0, 1, 2]), 600).shape <= 4.0).all()


def test_old_counts_fade_and_sums_stay_finite() -> None:
    base = Baseline(500, 1.0, 4.0)
    base.grow(1)
    for hour in range(2000):
        base.learn(hour * 12, 12, np.array([0]), np.array([24.0 if hour < 1000 else 1.2]), {})
    assert base.predict(np.array([0]), 2000 * 12).rate[0] == pytest.approx(0.1, rel=0.3)
    assert np.isfinite(base.counts).all()


def test_calibration_raises_p_values_that_come_too_often_and_never_lowers_any() -> None:
    rng = np.random.default_rng(1)
    calibration = TailCalibration(1, 2016)
    optimistic = rng.random(20_000) ** 2.0  # says 1e-4 where the truth is 1e-2
    calibration.record(np.zeros(20_000, np.int64), np.ones(20_000, np.int64), np.maximum(optimistic, 1e-30))
    calibration.passed(np.array([0, 20_000.0, 0, 0, 0, 0, 0]), 1)
    p = np.array([1e-4, 1e-12])
    got = calibration.apply(0, np.array([1, 1]), p)
    assert got[0] == pytest.approx(1e-2, rel=0.5)
    assert p[1] < got[1] <= p[1] ** (LEAST_SLOPE / 2)
    np.testing.assert_allclose(calibration.apply(0, np.array([3, 3]), p), p)


def test_a_clump_within_one_bin_is_weaker_evidence_than_the_same_spread_out() -> None:
    clumps = Clumps(2016)
    clumps.learn(np.repeat([1.0, 2, 3, 4], [10_000, 800, 90, 12]), 12)
    mean, shape = np.array([0.02, 0.02]), np.array([1.0, 1.0])
    spread, clumped = clumps.p_values(np.array([6, 6]), np.array([1, 6]), mean, shape)
    assert clumped > 100 * spread


@given(EVENTS, st.integers(5, 30), st.sets(st.integers(0, 12)))
def test_what_leaves_is_the_oldest_of_the_largest_and_of_the_long_known_first(
    events: list[tuple[int, int, int]], limit: int, recent: set[int]
) -> None:
    all_ = rows(events)
    size = int(all_.series.max(initial=0)) + 1
    known = np.array([series not in recent for series in range(size)])
    with patch.object(room, "FLOOR", 2):
        leaving = room.left_out(all_, known, limit)
    if len(events) <= limit:
        assert leaving is None
        return
    assert leaving is not None
    assert np.count_nonzero(~leaving) <= limit
    kept = np.bincount(all_.series[~leaving], minlength=size)
    if any(leaving[~known[all_.series]]):  # only where nothing is left to take from the others
        assert all(kept[known] <= max(2, kept[~known].max(initial=0)))
    for series in range(size):
        mine = all_.series == series
        gone, stay = all_.at[mine & leaving], all_.at[mine & ~leaving]
        assert gone.max(initial=-1) <= stay.min(initial=np.iinfo(np.int64).max)


@given(EVENTS, st.integers(5, 30))
def test_the_buffer_keeps_all_it_is_given(events: list[tuple[int, int, int]], cut: int) -> None:
    kept = RecentEvents()
    for event in events:
        kept.append(rows([event]))
    assert len(kept) == len(events)
    kept.keep(kept.rows.bin > cut)
    assert len(kept) == sum(event[0] > cut for event in events)
