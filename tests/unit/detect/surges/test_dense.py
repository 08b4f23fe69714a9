"""The dense detector: causal, indifferent to batching, alarms once, learns again."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.detect.surges.dense import DenseBank
from veille.detect.surges.dense_params import DenseParams, DenseStep

SMALL = DenseParams(
    spans=(1, 3),
    baselines=(24, 96),
    history=200,
    grace=24,
    mute=48,
    relearn=48,
    quiet=6,
    open_at=1.8,
    close_below=0.8,
    reopen_at=2.2,
)
Floats = npt.NDArray[np.float64]


def scores(steps: list[DenseStep]) -> Floats:
    return np.array([np.concatenate([s.score, s.p_value, s.expected, s.low, s.high, s.opens]) for s in steps])


def noise(seed: int, bins: int, mean: float = 20.0) -> Floats:
    return np.random.default_rng(seed).poisson(mean, bins).astype(float)


def openings(counts: Floats, params: DenseParams = SMALL) -> list[int]:
    return [i for i, s in enumerate(DenseBank(1, params).run(counts[:, None])) if s.opens[0]]


@settings(deadline=None, max_examples=10)
@given(st.lists(st.integers(0, 50), min_size=30, max_size=120), st.integers(1, 119))
def test_the_past_does_not_depend_on_the_future(counts: list[int], cut: int) -> None:
    series = np.array(counts, dtype=float)[:, None]
    whole, prefix = DenseBank(1, SMALL).run(series), DenseBank(1, SMALL).run(series[:cut])
    np.testing.assert_array_equal(scores(whole[: len(prefix)]), scores(prefix))


@settings(deadline=None, max_examples=6)
@given(st.integers(0, 10_000), st.integers(1, 5))
def test_series_do_not_influence_each_other_and_batches_do_not_matter(seed: int, count: int) -> None:
    counts = np.random.default_rng(seed).poisson(5.0, (150, count)).astype(float)
    bank = DenseBank(count, SMALL)
    together = [*bank.run(counts[:70]), *[bank.update(row) for row in counts[70:]]]
    for i in range(count):
        alone = DenseBank(1, SMALL).run(counts[:, i : i + 1])
        np.testing.assert_array_equal([s.score[i] for s in together], [s.score[0] for s in alone])
        np.testing.assert_array_equal([s.p_value[i] for s in together], [s.p_value[0] for s in alone])
        np.testing.assert_array_equal([s.opens[i] for s in together], [s.opens[0] for s in alone])


def test_a_burst_opens_at_once() -> None:
    counts = noise(1, 400)
    counts[300:306] = 200
    assert any(300 <= i <= 302 for i in openings(counts))


def test_a_level_shift_alarms_once_then_is_learned() -> None:
    counts = np.concatenate([noise(2, 300), noise(3, 500, 100.0)])
    bank = DenseBank(1, SMALL)
    steps = bank.run(counts[:, None])
    in_shift = [i for i, s in enumerate(steps) if s.opens[0] and i >= 300]
    assert len([i for i in in_shift if i < 350]) == 1
    assert steps[-1].expected[0] == pytest.approx(100, rel=0.1)
    assert len(in_shift) <= 3
    assert not steps[-1].is_open[0]


def test_a_flagged_burst_does_not_raise_what_is_expected() -> None:
    counts = noise(4, 400)
    counts[300:312] = 300
    steps = DenseBank(1, SMALL).run(counts[:, None])
    assert steps[314].expected[0] < 40


@settings(deadline=None, max_examples=10)
@given(st.integers(30, 300))
def test_nothing_opens_on_zeros(bins: int) -> None:
    assert openings(np.zeros(bins)) == []


def test_a_few_events_after_long_silence_are_too_few() -> None:
    counts = np.zeros(300)
    counts[250] = 2
    assert openings(counts) == []


def test_an_unobserved_bin_changes_nothing() -> None:
    counts = noise(5, 200)
    gapped = np.insert(counts, 120, [np.nan] * 20)
    steps = DenseBank(1, SMALL).run(gapped[:, None])
    assert all(np.isnan(s.score[0]) and not s.opens[0] for s in steps[120:140])
    seen = [s.score[0] for i, s in enumerate(steps) if not 120 <= i < 140]
    np.testing.assert_array_equal(seen, [s.score[0] for s in DenseBank(1, SMALL).run(counts[:, None])])


def test_a_series_that_starts_today_is_silent_in_its_grace_period_and_leaves_the_others_alone() -> None:
    counts = noise(6, 200)
    bank = DenseBank(1, SMALL)
    first = bank.run(counts[:100, None])
    bank.grow(1)
    later = bank.run(np.stack([counts[100:], np.full(100, 900.0)], axis=1))
    assert not any(s.opens[1] for s in later[: SMALL.grace])
    np.testing.assert_array_equal(
        [s.score[0] for s in [*first, *later]], [s.score[0] for s in DenseBank(1, SMALL).run(counts[:, None])]
    )


@pytest.mark.parametrize("mean", [5.0, 50.0, 1000.0])
def test_the_score_means_the_same_at_every_volume(mean: float) -> None:
    steps = DenseBank(1, SMALL).run(noise(7, 1600, mean)[:, None])
    p_values = np.array([s.p_value[0] for s in steps[200:]])
    assert np.mean(p_values <= 0.1) == pytest.approx(0.1, abs=0.03)
    assert np.mean(p_values <= 0.01) == pytest.approx(0.01, abs=0.01)
    assert np.mean([s.score[0] for s in steps[200:]]) == pytest.approx(0.43, abs=0.08)


def test_memory_is_bounded() -> None:
    bank = DenseBank(3, SMALL)
    before = bank.nbytes
    bank.run(np.ones((500, 3)))
    assert bank.nbytes == before


@pytest.mark.parametrize("counts", [[-1.0], [1.0, 2.0]])
def test_wrong_counts_are_refused(counts: list[float]) -> None:
    with pytest.raises(ValueError, match="count"):
        DenseBank(1, SMALL).update(np.array(counts))


def test_durations_are_kept_for_other_bins() -> None:
    assert DenseParams.for_step(300) == DenseParams()
    hourly = DenseParams.for_step(3600)
    assert hourly.spans == (1, 3)
    assert hourly.baselines == (24, 168)
