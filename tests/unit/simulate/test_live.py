"""The stream that goes on after history."""

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

import polars as pl
import pytest

from veille.simulate import Scenario, SimulatedChunk, live, messages, scenario, simulate

START = datetime(2026, 11, 23, 12, 0, 0, 250_000, tzinfo=UTC)


@pytest.fixture(scope="module")
def small() -> Scenario:
    return scenario("quiet-week", scale=20_000, end_at=START)


def _joined(chunks: list[SimulatedChunk], frame: str) -> pl.DataFrame:
    joined: pl.DataFrame = pl.concat([getattr(chunk, frame) for chunk in chunks])
    return joined


def test_slices_follow_each_other_and_hold_what_occurs_in_them(small: Scenario) -> None:
    chunks = list(islice(live(small, START, slice_seconds=7), 200))
    assert chunks[0].since == START.replace(microsecond=250_000)
    for before, after in pairwise(chunks):
        assert before.until == after.since
    for chunk in chunks:
        for frame in (chunk.mentions, chunk.generations, chunk.moderations):
            assert ((frame["occurred_at"] >= chunk.since) & (frame["occurred_at"] < chunk.until)).all()
            assert frame["occurred_at"].is_sorted()


def test_equal_arguments_give_equal_streams(small: Scenario) -> None:
    first, second = (list(islice(live(small, START), 300)) for _ in range(2))
    assert [messages(c.mentions, "mention") for c in first] == [messages(c.mentions, "mention") for c in second]
    assert sum(c.events for c in first) > 10


def test_it_is_the_same_world_with_new_events(small: Scenario) -> None:
    history = simulate(small)
    mentions = _joined(list(islice(live(small, START, slice_seconds=60, pace=20), 60)), "mentions")
    assert not set(mentions["event_id"]) & set(history.mentions["event_id"])
    known = mentions["account_id"].is_in(history.mentions["account_id"].implode()).sum()
    assert known > 0.7 * len(mentions)
    assert list(mentions.columns) == list(history.mentions.columns)


@pytest.mark.slow
def test_the_rate_is_that_of_the_last_regime(small: Scenario) -> None:
    history = simulate(small)
    day = list(islice(live(small, START, slice_seconds=600, surge_every_minutes=None), 144))
    rate = len(_joined(day, "mentions")) / (len(history.mentions) / 7)
    assert rate == pytest.approx(1, abs=0.15)
    faster = list(islice(live(small, START, slice_seconds=600, surge_every_minutes=None, pace=5), 12))
    assert len(_joined(faster, "mentions")) / len(_joined(day[:12], "mentions")) == pytest.approx(5, rel=0.25)


def test_a_surge_on_an_unmentioned_target_comes_soon(small: Scenario) -> None:
    mentions = _joined(list(islice(live(small, START, first_surge_seconds=30), 450)), "mentions")
    top = mentions["target_id"].drop_nulls().value_counts(sort=True)
    assert top["count"][0] >= 20
    assert top["target_id"][0] not in set(simulate(small).mentions["target_id"])
    first = mentions.filter(pl.col("target_id") == top["target_id"][0])["occurred_at"][0]
    assert timedelta(seconds=25) < first - START < timedelta(seconds=120)


def test_nothing_is_collected_hours_late_in_a_live_stream(small: Scenario) -> None:
    mentions = _joined(list(islice(live(small, START, slice_seconds=60, pace=20), 60)), "mentions")
    assert (mentions["collected_at"] - mentions["occurred_at"]).max() < timedelta(minutes=10)  # type: ignore[operator]


@pytest.mark.parametrize(
    "wrong",
    [{"slice_seconds": 0.0}, {"pace": -1.0}, {"start_at": datetime(2026, 11, 23)}],
)
def test_wrong_arguments_are_refused(small: Scenario, wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"start_at|above 0"):
        next(live(**({"scenario": small, "start_at": START} | wrong)))  # type: ignore[arg-type]
