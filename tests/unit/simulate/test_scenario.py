"""Scenarios: names, ranges, and moving one in time."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from polars.testing import assert_series_equal

from veille.simulate import SCENARIOS, Simulation, policy_events, scenario, simulate


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ValueError, match="grok-winter-2026, organic-week"):
        scenario("grok-summer")


@pytest.mark.parametrize(
    "change",
    [
        {"scale": 9_999},
        {"scale": 10**9},
        {"seed": -1},
        {"sampling_probability": 0.0},
        {"end_at": datetime(2026, 11, 1)},
    ],
)
def test_values_out_of_range_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"scale|seed|sampling_probability|end_at"):
        scenario("quiet-week", **change)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_is_in_order(name: str) -> None:
    known = SCENARIOS[name]
    assert known.name == name
    assert known.start < known.end
    assert [k.at for k in known.curve] == sorted(k.at for k in known.curve)
    assert known.regimes[0].since == known.start
    assert [e.at for e in known.policy] == sorted(e.at for e in known.policy)
    for regime in known.regimes:
        assert sum(regime.class_mix) == pytest.approx(1)
        for table in (regime.free, regime.paid):
            for answers in (table.plain, table.euphemism, table.other_edit, table.question, table.other):
                shares = (answers.fulfilled, answers.partial, answers.refused, answers.error)
                assert min(shares) >= 0
                assert sum(shares) <= 1


def test_moving_the_end_moves_everything_by_whole_seconds() -> None:
    end = datetime(2026, 11, 23, 12, 30, 15, 987_654, tzinfo=timezone(timedelta(hours=1)))
    there, here = (
        simulate(scenario("planted-week", scale=10_000)),
        simulate(scenario("planted-week", scale=10_000, end_at=end)),
    )
    shift = here.scenario.shift
    assert here.scenario.end + shift == datetime(2026, 11, 23, 11, 30, 15, tzinfo=UTC)
    for frames in ("mentions", "generations", "moderations"):
        before, after = getattr(there, frames), getattr(here, frames)
        for column in ("occurred_at", "collected_at"):
            assert_series_equal(before[column] + shift, after[column])
    for name, before in there.truth.frames().items():
        after = here.truth.frames()[name]
        for column, kind in before.schema.items():
            if kind.is_temporal() and column != "scenario_at":
                assert_series_equal(before[column] + shift, after[column])


def test_history_lies_within_its_period(week: Simulation) -> None:
    for frame in (week.mentions, week.generations, week.moderations):
        assert (frame["occurred_at"] >= week.scenario.start).all()
        assert (frame["occurred_at"] < week.scenario.end).all()
        assert frame["occurred_at"].is_sorted()
        assert (frame["collected_at"] > frame["occurred_at"]).all()


def test_policy_dates_move_with_the_scenario() -> None:
    moved = policy_events(scenario("grok-winter-2026", end_at=datetime(2026, 11, 23, tzinfo=UTC)))
    assert ((moved["at"] - moved["scenario_at"]) == timedelta(days=295)).all()
    assert {"at", "label", "source"} <= set(moved.columns)
    assert moved.height >= 10
