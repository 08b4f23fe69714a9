from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from veille.ingest.writer import Tally
from veille.service.vitals import RECENT_SECONDS, Parts, Vitals

NOTHING = Parts(None, {}, None, (), ())


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def vitals(tmp_path: Path, clock: Clock) -> Vitals:
    return Vitals(tmp_path, begun=False, monotonic=clock)


def test_before_the_first_event_nothing_is_silent(vitals: Vitals) -> None:
    assert vitals.snapshot(NOTHING).feed_silent_seconds is None


def test_silence_counts_from_the_start_where_events_came_before(tmp_path: Path, clock: Clock) -> None:
    vitals = Vitals(tmp_path, begun=True, monotonic=clock)
    clock.now += 700
    assert vitals.snapshot(NOTHING).feed_silent_seconds == 700


def test_the_share_of_dead_letters_is_of_the_last_minutes(vitals: Vitals, clock: Clock) -> None:
    vitals.committed(Tally(lines=100, accepted=0, dead_letters=100))
    clock.now += RECENT_SECONDS + 1
    vitals.committed(Tally(lines=10, accepted=9, dead_letters=1))
    health = vitals.snapshot(NOTHING)
    assert (health.dead_letter_share, health.recent_messages) == (0.1, 10)
    clock.now += RECENT_SECONDS + 1
    assert vitals.snapshot(NOTHING).dead_letter_share is None


def test_lag_grows_until_it_falls(vitals: Vitals, clock: Clock) -> None:
    vitals.measured(10, None)
    clock.now += 60
    vitals.measured(20, None)
    assert vitals.snapshot(NOTHING).lag_growing_seconds == 60
    vitals.measured(15, None)
    assert vitals.snapshot(NOTHING).lag_growing_seconds is None


def test_quiet_is_only_a_feed_of_which_all_was_read(vitals: Vitals, clock: Clock) -> None:
    assert vitals.quiet_seconds() is None
    vitals.committed(Tally(lines=1, accepted=1))
    clock.now += 90
    for lag, fault, quiet in ((0, None, 90.0), (5, None, None), (0, "no broker", None)):
        vitals.measured(lag, fault)
        assert vitals.quiet_seconds() == quiet


def test_a_clock_behind_the_events_is_seen(vitals: Vitals) -> None:
    ahead = datetime.now(UTC) + timedelta(seconds=200)
    skew = vitals.snapshot(Parts(None, {}, ahead, (), ())).clock_skew_seconds
    assert skew is not None
    assert 190 < skew <= 200
