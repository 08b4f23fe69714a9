"""Small counts: alarms from the first weeks on, p-values that hold on counts of several kinds, causal."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shared_data import shared_data
from veille.detect.surges.series import choose, score_series
from veille.detect.surges.small import DAY, SmallCounts, interval, score_counts, upper_tail

Floats = npt.NDArray[np.float64]
Draw = Callable[[np.random.Generator], Floats]
WEEK = np.array([1, 1, 1, 1, 1, 0.4, 0.3])


def scored(counts: Floats, step: float = DAY) -> pl.DataFrame:
    return score_counts(counts, np.arange(len(counts), dtype=np.float64) * step / DAY, step)


def openings(frame: pl.DataFrame) -> list[int]:
    return frame.with_row_index().filter(pl.col("alert") == 1)["index"].to_list()


@pytest.mark.parametrize("rows", [7, 12, 30, 90, 165, 200])
@pytest.mark.parametrize("step", [3600.0, DAY, 7 * DAY, 30 * DAY])
def test_a_thousand_times_the_usual_opens_at_once(rows: int, step: float) -> None:
    counts = np.random.default_rng(rows).poisson(20, rows).astype(float)
    counts[-1] = 20_000
    assert len(counts) - 1 in openings(scored(counts, step))


@pytest.mark.parametrize(
    ("draw", "most"),
    [
        (lambda g: g.poisson(3, 400), 1.2),
        (lambda g: g.poisson(0.2, 400), 1.2),
        (lambda g: g.poisson(400 * WEEK[np.arange(400) % 7]), 1.2),
        (lambda g: g.negative_binomial(2, 2 / 7, 400), 2.5),  # over-dispersed: learnt only after some weeks
        (lambda g: g.poisson(1000 * g.gamma(100, 1 / 100, 400)), 2.5),
    ],
    ids=["poisson", "mostly zeros", "weekdays", "over-dispersed", "large and over-dispersed"],
)
def test_p_values_hold_on_counts_without_surges(draw: Draw, most: float) -> None:
    seeds = [np.random.default_rng(seed) for seed in range(6)]
    p_values: Floats = np.concatenate([scored(draw(seed).astype(float))["p_value"].to_numpy()[20:] for seed in seeds])
    assert np.mean(p_values < 0.1) <= 0.1 * most
    assert np.mean(p_values < 0.01) <= 0.01 * most


def test_a_weekend_of_weekday_counts_opens_and_weekdays_do_not() -> None:
    counts = np.random.default_rng(5).poisson(60 * WEEK[np.arange(140) % 7]).astype(float)
    assert len(openings(scored(counts))) <= 1
    counts[139] = 60  # a seventh day, usually 18
    assert openings(scored(counts))[-1] == 139


def test_a_new_level_is_learnt_within_weeks() -> None:
    generator = np.random.default_rng(2)
    counts = np.concatenate([generator.poisson(5, 100), generator.poisson(25, 100)]).astype(float)
    frame = scored(counts)
    assert openings(frame)[0] in (100, 101)
    assert not [row for row in openings(frame) if row > 130]
    assert frame["expected"][199] == pytest.approx(25, rel=0.25)


def test_two_requests_never_open() -> None:
    counts = np.zeros(60)
    counts[50:52] = 2
    assert not openings(scored(counts))


def test_the_season_of_earlier_years_is_expected() -> None:
    week = np.arange(52 * 4)
    usual = np.where(np.abs(week % 52 - 5) <= 3, 30.0, 3.0)
    counts = np.random.default_rng(3).poisson(usual).astype(float)
    found = [row // 52 for row in openings(scored(counts, 7 * DAY))]
    assert found.count(1) == 1
    assert not found.count(2) + found.count(3)


def test_what_is_not_observed_is_neither_scored_nor_learnt() -> None:
    counts = np.random.default_rng(4).poisson(8, 50).astype(float)
    with_gaps = np.insert(counts, [10, 30], np.nan)
    frame = scored(with_gaps)
    assert frame.filter(pl.col("score").is_null())["alert"].to_list() == [0, 0]
    plain = SmallCounts(DAY)
    days = np.flatnonzero(~np.isnan(with_gaps))
    steps = [plain.update(count, float(day)) for count, day in zip(counts, days, strict=True)]
    assert frame["p_value"].drop_nulls().to_list() == pytest.approx([step.p_value for step in steps])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 50), min_size=8, max_size=60), st.integers(1, 7))
def test_later_rows_change_nothing_and_scores_keep_their_range(counts: list[int], cut: int) -> None:
    values = np.array(counts, dtype=float)
    frame, before = scored(values), scored(values[:-cut])
    assert before.equals(frame.head(len(before)))
    assert frame["p_value"].is_between(0, 1).all()
    assert (frame["low"] <= frame["expected"]).all()
    assert (frame["high"] >= frame["expected"]).all()


def test_the_tail_is_that_of_the_negative_binomial() -> None:
    from scipy.stats import nbinom

    size, share = 4.0, 0.25
    mean, variance = size * (1 - share) / share, size * (1 - share) / share**2
    exact = nbinom.sf(20, size, share) + 0.5 * nbinom.pmf(20, size, share)
    assert upper_tail(20, mean, variance) == pytest.approx(exact)
    low, high = interval(np.array([mean]), np.array([variance]))
    assert nbinom.cdf(high[0], size, share) - nbinom.cdf(low[0] - 1, size, share) >= 0.99


@pytest.mark.slow
@pytest.mark.parametrize("rows", [2000, 5000])
def test_the_first_row_that_can_open_is_said_exactly(rows: int) -> None:
    choice = choose(rows, 300)
    assert choice.detector == "dense"
    for row, opens in ((choice.first_row, 1), (choice.first_row - 1, 0)):
        counts = np.full(rows, 10.0)
        counts[row - 1] = 5000
        assert score_series(counts, 300)["alert"][row - 1] == opens


@pytest.mark.parametrize(
    ("rows", "step", "detector"),
    [
        (165, DAY, "small"),
        (165, 300, "small"),
        (20_000, 300, "dense"),
        (20_000, 3600, "small"),
        (40, 30 * DAY, "small"),
    ],
)
def test_each_row_names_the_detector_that_scored_it(rows: int, step: float, detector: str) -> None:
    assert choose(rows, step).detector == detector
    assert set(score_series(np.full(min(rows, 1500), 3.0), step)["detector"]) <= {"small", "dense"}


@pytest.mark.data
def test_labelled_weekly_outbreaks_are_found_at_under_one_per_cent_false_weeks() -> None:
    weeks = pl.read_csv(shared_data("outbreaks/rki_weekly_dev.csv"))
    found = runs = false = calm = 0
    for _, series in weeks.group_by("series", maintain_order=True):
        labels = series["outbreak"].to_numpy().astype(bool)
        alerts = scored(series["observed"].to_numpy().astype(float), 7 * DAY)["alert"].to_numpy() == 1
        edges = np.flatnonzero(np.diff(np.concatenate([[0], labels.astype(int), [0]])))
        for first, end in edges.reshape(-1, 2):
            if end > 52:
                runs, found = runs + 1, found + bool(alerts[first:end].any())
        false += int((alerts & ~labels)[52:].sum())
        calm += int((~labels)[52:].sum())
    assert (found, runs) == (3, 3)
    assert false / calm < 0.01
