"""Catching up is told apart from being late."""

from datetime import datetime, timedelta

from veille.config import Blindness
from veille.incidents.faults import faults
from veille.incidents.health import DetectorHealth, Health
from veille.service.catching_up import CatchingUp

NOW = datetime(2026, 1, 5, 12)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def note(state: CatchingUp, *, reached: timedelta, decided: timedelta, minute: float = 0) -> bool:
    """Whether it catches up. reached, decided: how long before the wall clock. minute: of the wall clock since the first call."""
    at = NOW + minute * MINUTE
    late = reached + MINUTE * 5 < decided
    state.note(at - reached, at - decided, late=late, now=at, monotonic=minute * 60)
    return state.active(at - reached, late=late, now=at)


def running() -> CatchingUp:
    """Of a service that has decided all that waited at its start."""
    state = CatchingUp()
    assert not note(state, reached=MINUTE, decided=MINUTE)
    return state


def test_what_waits_at_the_start_is_caught_up_until_all_is_decided() -> None:
    state = CatchingUp()
    assert note(state, reached=MINUTE, decided=3 * DAY)
    assert note(state, reached=MINUTE, decided=timedelta(hours=1), minute=1)
    assert not note(state, reached=MINUTE, decided=MINUTE, minute=2)
    assert not note(state, reached=MINUTE, decided=30 * MINUTE, minute=40), "a live feed whose detector is late"


def test_history_that_comes_later_and_a_feed_that_comes_back_are_caught_up_with() -> None:
    assert note(running(), reached=900 * DAY, decided=910 * DAY)
    back = running()
    assert not note(back, reached=3 * DAY, decided=3 * DAY)
    assert note(back, reached=MINUTE, decided=3 * DAY, minute=1)


def test_history_of_which_the_first_part_is_decided_goes_on_without_a_fault() -> None:
    state = CatchingUp()
    assert not note(state, reached=900 * DAY, decided=900 * DAY)
    at = NOW + MINUTE
    assert state.active(at - 890 * DAY, late=True, now=at), "asked before the detectors have turned again"


def fault_of(state: CatchingUp, minute: float, late: timedelta) -> list[str]:
    at = NOW + minute * MINUTE
    known = DetectorHealth(
        late_seconds=late.total_seconds(),
        catching_up=state.active(at - MINUTE, late=True, now=at),
        standing_seconds=state.standing_seconds(minute * 60),
    )
    return [each.rule for each in faults(Health(at=NOW, detectors={"detection": known}), Blindness())]


def test_it_is_a_fault_only_where_it_does_not_advance() -> None:
    state, days = CatchingUp(), 60.0
    for minute in range(60):
        days -= 0.5
        note(state, reached=MINUTE, decided=days * DAY, minute=minute)
    assert fault_of(state, 59, days * DAY) == []
    for minute in range(60, 120):
        stuck = days * DAY + (minute - 59) * MINUTE
        note(state, reached=MINUTE, decided=stuck, minute=minute)
    assert fault_of(state, 119, days * DAY) == ["detector-late"]


def test_a_detector_that_is_late_on_a_live_feed_is_a_fault() -> None:
    state = running()
    assert not note(state, reached=MINUTE, decided=DAY, minute=1)
    assert fault_of(state, 1, DAY) == ["detector-late"]
