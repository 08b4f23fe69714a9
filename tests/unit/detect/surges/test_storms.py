"""Storms: found once, told against usual days that earlier storms did not raise, whatever the batches."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.detect.surges.dense_params import DenseParams
from veille.detect.surges.looks import StepResult
from veille.detect.surges.records import Surge
from veille.detect.surges.storms import StormBank, StormParams, StormStep
from veille.detect.surges.stream.counted import CountedSeries
from veille.detect.surges.stream.params import StreamParams

HOURLY = StormParams.for_step(3600)
DAY = 24
Floats = npt.NDArray[np.float64]
REAL = Path(__file__).resolve().parents[5] / "shared/data/ira_dev.ndjson.gz"


def hours(*daily: float, seed: int = 0) -> Floats:
    """Hourly Poisson counts of days with these totals."""
    rng = np.random.default_rng(seed)
    return rng.poisson(np.repeat(np.array(daily) / DAY, DAY)).astype(float)


def run(counts: Floats, params: StormParams = HOURLY) -> list[StormStep]:
    bank = StormBank(1, params)
    return [bank.update(np.array([count])) for count in counts]


def openings(counts: Floats, params: StormParams = HOURLY) -> list[int]:
    return [i for i, step in enumerate(run(counts, params)) if step.opens[0]]


def closings(counts: Floats) -> list[tuple[int, bool]]:
    return [(i, bool(step.relearned[0])) for i, step in enumerate(run(counts)) if step.closes[0]]


def figures(steps: list[StormStep]) -> Floats:
    return np.array([np.concatenate([np.atleast_1d(part).astype(float).ravel() for part in step]) for step in steps])


@settings(deadline=None, max_examples=8)
@given(st.integers(0, 10_000), st.integers(1, 600))
def test_the_past_does_not_depend_on_the_future(seed: int, cut: int) -> None:
    daily = np.random.default_rng(seed).lognormal(5.5, 1.2, 25)
    counts = hours(*daily, seed=seed)
    np.testing.assert_array_equal(figures(run(counts))[:cut], figures(run(counts[:cut])))


@settings(deadline=None, max_examples=5)
@given(st.integers(0, 10_000), st.lists(st.integers(2, 29), min_size=1, max_size=4))
def test_series_do_not_influence_each_other_and_gaps_do_not_count(seed: int, storm_days: list[int]) -> None:
    daily = np.full(30, 240.0)
    daily[storm_days] = 2_400.0
    series = [hours(*daily, seed=seed), hours(*daily[::-1], seed=seed + 1)]
    together = StormBank(2, HOURLY)
    steps = [together.update(np.array(row)) for row in zip(*series, strict=True)]
    for i, counts in enumerate(series):
        gapped = np.insert(counts, 300, [np.nan] * 40)
        alone = [step for place, step in enumerate(run(gapped)) if not 300 <= place < 340]
        np.testing.assert_array_equal([s.opens[i] for s in steps], [s.opens[0] for s in alone])
        np.testing.assert_array_equal([s.level[i] for s in steps], [s.level[0] for s in alone])


@settings(deadline=None, max_examples=6)
@given(st.integers(0, 10_000), st.integers(2, 6), st.floats(5.0, 30.0))
def test_a_storm_of_days_opens_once_on_its_first_day_and_closes_within_a_day(
    seed: int, days: int, times: float
) -> None:
    counts = hours(*[240.0] * 20, *[240.0 * times] * days, *[240.0] * 3, seed=seed)
    first, over = 20 * DAY, (20 + days) * DAY
    assert [first <= i < first + DAY for i in openings(counts)] == [True]
    assert [over <= i < over + DAY and not learned for i, learned in closings(counts)] == [True]


@settings(deadline=None, max_examples=6)
@given(st.integers(0, 10_000), st.floats(1.0, 5_000.0))
def test_days_that_differ_little_open_nothing(seed: int, mean: float) -> None:
    daily = mean * np.random.default_rng(seed).uniform(0.6, 1.6, 40)
    assert openings(hours(*daily, seed=seed)) == []


def test_a_storm_of_last_week_does_not_hide_the_next() -> None:
    counts = hours(*[240.0] * 20, *[3_000.0] * 6, *[240.0] * 2, *[2_500.0] * 2)
    assert [i // DAY for i in openings(counts)] == [20, 28]


def test_a_new_level_is_learnt_in_two_weeks_and_said() -> None:
    counts = hours(*[240.0] * 20, *[2_000.0] * 25)
    assert [i // DAY for i in openings(counts)] == [20]
    ((at, learned),) = closings(counts)
    assert 20 + 12 <= at // DAY <= 20 + 16
    assert learned


def test_a_slow_wave_is_found_by_its_days() -> None:
    """No day is 3.6 times the usual one; a week at 3.3 is a storm all the same."""
    counts = hours(*[1_000.0] * 25, *[3_300.0] * 7, *[1_000.0] * 4)
    steps = run(counts)
    (at,) = (i for i, step in enumerate(steps) if step.opens[0])
    assert 27 <= at // DAY <= 29
    assert steps[at].window[0] >= 72
    assert [i // DAY for i, _ in closings(counts)] == [32]


@pytest.mark.parametrize(("days", "opened"), [(13, 0), (16, 1)])
def test_nothing_is_said_before_the_usual_day_is_known(days: int, opened: int) -> None:
    assert len(openings(hours(*[240.0] * days, 5_000.0))) == opened


def test_a_stream_that_is_silent_on_every_other_day_does_not_open_when_it_is_not() -> None:
    """The median day is low, the mean is not."""
    daily = [10.0, 10.0, 10.0, 450.0, 450.0] * 8
    assert openings(hours(*daily), StormParams(bin_seconds=3600, least_events=25.0, mean_ratio=3.0)) == []
    assert openings(hours(*daily), StormParams(bin_seconds=3600, least_events=25.0, mean_ratio=0.0)) != []


def test_what_opens_lies_above_the_days_that_were_no_storms() -> None:
    daily = np.random.default_rng(3).uniform(300, 900, 40)
    daily[[22, 35]] = 9_000.0
    steps = run(hours(*daily))
    opened = [step for step in steps if step.opens[0]]
    assert len(opened) == 2
    for step in opened:
        assert step.low[0] <= step.usual[0] <= step.high[0] <= 3.6 * step.usual[0]
        assert 0 < step.p_value[0] < 0.01


def test_late_events_count_from_the_next_look_on() -> None:
    counts = hours(*[240.0] * 20, 240.0)
    bank = StormBank(1, HOURLY)
    for count in counts[:-1]:
        bank.update(np.array([count]))
    bank.restate(0, 3, 2_000.0)
    whole = counts.copy()
    whole[-4] += 2_000.0
    late, timely = bank.update(counts[-1:]), run(whole)[-1]
    assert late.opens[0]
    assert late.level[0] * late.usual[0] == pytest.approx(timely.level[0] * timely.usual[0])


def test_places_are_added_and_given_away() -> None:
    bank = StormBank(1, HOURLY)
    for count in hours(*[240.0] * 20):
        bank.update(np.array([count]))
    bank.grow(1)
    bank.reset(0)
    fresh = StormBank(2, HOURLY)
    counts = np.stack([hours(*[100.0] * 16, 4_000.0), hours(*[50.0] * 16, 20.0, seed=1)], axis=1)
    again = [bank.update(row) for row in counts]
    np.testing.assert_array_equal(figures(again), figures([fresh.update(row) for row in counts]))
    assert bank.nbytes == fresh.nbytes


def followed(counts: Floats) -> list[Surge]:
    """Last versions of the surges of one series in the stream, of 5-minute counts, in the order of their opening."""
    short = DenseParams(history=400, baselines=(144, 288))  # ranks of bursts are not what is tested here
    stream = CountedSeries(StreamParams(dense=short))
    found: dict[str, Surge] = {}
    for i, count in enumerate(counts.astype(int).tolist()):
        out = StepResult()
        stream.step(100_000 + i, {(100_000 + i, ("all", "all")): count} if count else {}, out, observed=True)
        found |= {surge.surge_id: surge for surge in (*out.opened, *out.updated, *out.closed)}
    return list(found.values())


def test_a_storm_in_the_stream_is_one_finding_told_against_usual_days() -> None:
    daily = np.repeat([288.0] * 15 + [2_880.0] * 2 + [288.0], 288) / 288
    counts = np.random.default_rng(5).poisson(daily).astype(float)
    storms = [surge for surge in followed(counts) if surge.storm]
    (storm,) = storms
    begun, ended = 100_000 + 15 * 288, 100_000 + 17 * 288
    assert begun <= storm.opened_at // 300_000_000 < begun + 144
    assert storm.closed_at is not None
    assert abs(storm.closed_at // 300_000_000 - ended) < 72
    first, last = storm.since // 300_000_000 - 100_000, storm.closed_at // 300_000_000 - 100_000
    assert storm.observed == counts[first:last].sum()
    assert storm.expected == pytest.approx(288 * (last - first) / 288, rel=0.05)
    assert storm.low <= storm.expected <= storm.high < storm.observed


@pytest.mark.skipif(not REAL.exists(), reason="the real mentions of ../shared/data are not here")
def test_the_storm_of_september_2016_is_found() -> None:
    """16 to 19 September: 8,610 mentions where the median day has 270."""
    at = pl.read_ndjson(REAL).select(pl.col("occurred_at").str.slice(0, 19).str.to_datetime().alias("at"))
    since = pl.datetime(2016, 7, 20)
    binned = at.filter(pl.col("at") >= since).group_by(pl.col("at").dt.truncate("15m")).len().sort("at")
    counts = binned.upsample("at", every="15m").with_columns(pl.col("len").fill_null(0))
    steps = run(counts["len"].to_numpy().astype(float), StormParams.for_step(900))
    opened = [when for when, step in zip(counts["at"], steps, strict=True) if step.opens[0]]
    inside = [when for when in opened if when.month == 9 and 16 <= when.day <= 19]
    assert inside
    assert inside[0] - inside[0].replace(day=16, hour=0, minute=0) < timedelta(hours=22)
    assert max(step.level[0] for when, step in zip(counts["at"], steps, strict=True) if when.month == 9) > 8


def test_a_burst_that_becomes_a_storm_is_one_finding_and_unobserved_bins_do_not_end_it() -> None:
    rng = np.random.default_rng(7)
    counts = rng.poisson(1.0, 15 * 288).tolist() + rng.poisson(40.0, 36).tolist() + rng.poisson(9.0, 300).tolist()
    stream = CountedSeries(StreamParams(dense=DenseParams(history=400, baselines=(144, 288))))
    found: dict[str, Surge] = {}
    for i, count in enumerate(counts):
        out = StepResult()
        observed = not 15 * 288 + 100 <= i < 15 * 288 + 110
        stream.step(i, {(i, ("all", "all")): count} if observed else {}, out, observed=observed)
        found |= {surge.surge_id: surge for surge in (*out.opened, *out.updated, *out.closed)}
    late = [surge for surge in found.values() if surge.opened_at // 300_000_000 >= 15 * 288 - 12]
    (one,) = late
    assert one.storm
    assert one.opened_at // 300_000_000 <= 15 * 288 + 6
    assert one.observed > one.high >= one.expected
    assert one.level is not None
    assert one.level > 3
