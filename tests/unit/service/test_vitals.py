from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from veille.ingest.writer import Tally
from veille.service.vitals import RECENT_SECONDS, SETTLE_SECONDS, Parts, Vitals

NOTHING = Parts(catalogue_age_seconds=None, detectors={}, newest=None, channels_failing=(), loops_failing=())
MINUTE = 60


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
    return Vitals(tmp_path, begun=False, silent_seconds=0, monotonic=clock)


def test_an_empty_folder_is_silent_since_it_was_made(vitals: Vitals, clock: Clock) -> None:
    assert vitals.snapshot(NOTHING).feed_silent_seconds is None
    clock.now += 16 * MINUTE
    assert vitals.snapshot(NOTHING).feed_silent_seconds == 16 * MINUTE


def test_silence_goes_on_over_a_restart_and_ends_with_the_first_batch(tmp_path: Path, clock: Clock) -> None:
    vitals = Vitals(tmp_path, begun=True, silent_seconds=3600, monotonic=clock)
    assert vitals.snapshot(NOTHING).feed_silent_seconds is None, "what waits in Kafka is read first"
    clock.now += SETTLE_SECONDS
    assert vitals.snapshot(NOTHING).feed_silent_seconds == 3600 + SETTLE_SECONDS
    vitals.committed(Tally(lines=1, accepted=1))
    assert vitals.snapshot(NOTHING).feed_silent_seconds == 0


def test_the_share_of_dead_letters_is_of_the_last_minutes(vitals: Vitals, clock: Clock) -> None:
    vitals.committed(Tally(lines=100, accepted=0, dead_letters=100))
    clock.now += RECENT_SECONDS + 1
    vitals.committed(Tally(lines=10, accepted=9, dead_letters=1))
    health = vitals.snapshot(NOTHING)
    assert (health.dead_letter_share, health.recent_messages) == (0.1, 10)
    clock.now += RECENT_SECONDS + 1
    assert vitals.snapshot(NOTHING).dead_letter_share is None


def test_lag_above_a_minute_of_the_recent_pace_grows_whatever_the_dips(vitals: Vitals, clock: Clock) -> None:
    for second in range(20 * MINUTE):
        clock.now += 1
        vitals.committed(Tally(lines=1000, accepted=1000))
        vitals.measured(100_000 + 100 * second - 3_000 * (second % 7), None)
    growing = vitals.snapshot(NOTHING).lag_growing_seconds
    assert growing is not None
    assert growing > 18 * MINUTE


def test_lag_that_falls_or_is_small_does_not_grow(vitals: Vitals, clock: Clock) -> None:
    for second in range(20 * MINUTE):
        clock.now += 1
        vitals.committed(Tally(lines=1000, accepted=1000))
        vitals.measured(2_000_000 - 1_000 * second + 3_000 * (second % 7), None)
        growing = vitals.snapshot(NOTHING).lag_growing_seconds if second % 10 == 0 else None
        assert growing is None or growing < 3 * MINUTE
    for second in range(20 * MINUTE):
        clock.now += 1
        vitals.committed(Tally(lines=1000, accepted=1000))
        vitals.measured(2_000 + 10 * second, None)
    assert vitals.snapshot(NOTHING).lag_growing_seconds is None


def test_any_lag_grows_where_nothing_is_written(vitals: Vitals, clock: Clock) -> None:
    for _ in range(11 * MINUTE):
        clock.now += 1
        vitals.measured(5, None)
    growing = vitals.snapshot(NOTHING).lag_growing_seconds
    assert growing is not None
    assert growing > 10 * MINUTE
    vitals.measured(0, None)
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
    skew = vitals.snapshot(
        Parts(catalogue_age_seconds=None, detectors={}, newest=ahead, channels_failing=(), loops_failing=())
    ).clock_skew_seconds
    assert skew is not None
    assert 190 < skew <= 200
