"""A sliding window gives what a fresh detection gives."""

from datetime import timedelta

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.detect.coordination.planted import START, frame, strangers, strikes
from veille.detect.coordination import detect
from veille.detect.coordination.stepping import Stepper

DAY = timedelta(days=1)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10_000), hours=st.lists(st.integers(1, 20), min_size=1, max_size=6))
def test_incremental_is_from_scratch(seed: int, hours: list[int]) -> None:
    mentions = frame(strangers(seed, 1500) + strikes(seed, 6, 8)).sample(fraction=1.0, shuffle=True, seed=seed)
    stepper, until, fed = Stepper(span=2 * DAY), START, 0
    for step in hours:
        until += timedelta(hours=step)
        late = fed + 250  # arrival order is not the order of events: some come early, some late
        stepper.add(mentions[fed:late])
        fed = late
        seen = mentions[:late].filter(pl.col("occurred_at").is_between(until - 2 * DAY, until, closed="left"))
        now, fresh = stepper.step(until), detect(seen)
        assert now.pairs.equals(fresh.pairs)
        assert now.clusters.equals(fresh.clusters)
        assert (now.events, now.accounts) == (fresh.events, fresh.accounts)


def test_nothing_new_is_not_computed_again() -> None:
    stepper = Stepper(span=30 * DAY)
    stepper.add(frame(strangers(1) + strikes(1)))
    first = stepper.step(START + 5 * DAY)
    assert stepper.step(START + 5 * DAY + timedelta(minutes=1)) is first


def test_the_window_forgets() -> None:
    stepper = Stepper(span=DAY)
    stepper.add(frame(strangers(1) + strikes(1)))
    stepper.step(START + 4 * DAY)
    assert stepper.step(START + 20 * DAY).events == 0


def test_time_does_not_go_back() -> None:
    stepper = Stepper()
    stepper.step(START)
    with pytest.raises(ValueError, match="until"):
        stepper.step(START - DAY)
