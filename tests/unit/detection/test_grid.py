"""The grid: which bins are decided, in which order, and what a restart goes on with."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.detection.events import add_mentions
from tests.unit.make import KEY
from veille.config import Store
from veille.detection.grid import BIN, LULL, Grid, floor, points, read_progress
from veille.store.database import Database
from veille.store.errors import StoreError

NOON = datetime(2026, 1, 5, 12)
MINUTE = timedelta(minutes=1)
moments = st.integers(0, 40 * 288).map(lambda number: NOON + number * BIN)


class Recorder:
    name = "recorder"
    closed = False
    concluded = 0

    def __init__(self, fails_at: datetime | None = None) -> None:
        self.steps: list[tuple[datetime, bool]] = []
        self.resumed: list[datetime] = []
        self._fails_at = fails_at

    def resume(self, until: datetime) -> None:
        self.resumed.append(until)

    def step(self, at: datetime, *, final: bool) -> None:
        if at == self._fails_at:
            raise StoreError("the disk is full")
        self.steps.append((at, final))

    def conclude(self, *, wait: bool) -> bool:
        self.concluded += 1
        return wait

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def database() -> Iterator[Database]:
    opened = Database(None, Store(), KEY)
    yield opened
    opened.close()


def test_every_bin_from_the_first_event_on_is_decided_once_and_in_order(database: Database) -> None:
    add_mentions(database, [NOON + 2 * MINUTE, NOON + 16 * MINUTE])
    recorder = Recorder()
    assert Grid(database, [recorder]).advance(NOON + 21 * MINUTE, live=False) == 4
    assert recorder.steps == [(NOON + number * BIN, True) for number in (1, 2, 3, 4)]


def test_nothing_is_decided_without_events(database: Database) -> None:
    recorder = Recorder()
    grid = Grid(database, [recorder])
    assert grid.advance(NOON, live=True) == 0
    assert not grid.look(NOON)
    assert recorder.steps == []


def test_early_looks_lie_between_final_steps(database: Database) -> None:
    add_mentions(database, [NOON + MINUTE])
    recorder = Recorder()
    grid = Grid(database, [recorder])
    grid.advance(NOON + 6 * MINUTE, live=True)
    assert grid.look(NOON + 6 * MINUTE)
    assert not grid.look(NOON + 5 * MINUTE)
    assert not grid.look(NOON + 11 * MINUTE), "bins wait to be decided first"
    grid.advance(NOON + 10 * MINUTE, live=True)
    assert recorder.steps == [(NOON + BIN, True), (NOON + 6 * MINUTE, False), (NOON + 2 * BIN, True)]


def test_a_restart_resumes_and_goes_on(database: Database) -> None:
    add_mentions(database, [NOON + MINUTE])
    Grid(database, [Recorder()]).advance(NOON + 10 * MINUTE, live=False)
    again = Recorder()
    Grid(database, [again]).advance(NOON + 15 * MINUTE, live=False)
    assert again.resumed == [NOON + 2 * BIN]
    assert again.steps == [(NOON + 3 * BIN, True)]


def test_after_a_failure_steps_are_repeated_and_none_is_left_out(database: Database) -> None:
    add_mentions(database, [NOON + MINUTE])
    with pytest.raises(StoreError):
        Grid(database, [Recorder(fails_at=NOON + 2 * BIN)]).advance(NOON + 15 * MINUTE, live=True)
    again = Recorder()
    Grid(database, [again]).advance(NOON + 15 * MINUTE, live=True)
    assert again.steps == [(NOON + number * BIN, True) for number in (1, 2, 3)]


def test_what_a_stop_leaves_waits_for_the_next_call(database: Database) -> None:
    add_mentions(database, [NOON + MINUTE])
    first, again = Recorder(), Recorder()
    assert Grid(database, [first]).advance(NOON + 15 * MINUTE, live=True, stop=lambda: len(first.steps) == 2) == 2
    assert Grid(database, [again]).advance(NOON + 15 * MINUTE, live=True) == 1
    assert again.steps == [(NOON + 3 * BIN, True)]


def test_over_history_each_detector_walks_by_itself_and_a_failure_is_told(database: Database) -> None:
    add_mentions(database, [NOON + MINUTE, NOON + 30 * MINUTE])
    first, second = Recorder(), Recorder()
    with closing(Grid(database, [first, second])) as grid:
        assert grid.advance(NOON + 40 * MINUTE, live=False) == 8
    assert first.steps == second.steps == [(NOON + number * BIN, True) for number in range(1, 9)]
    assert first.closed
    assert second.closed
    with pytest.raises(StoreError):
        Grid(database, [Recorder(), Recorder(fails_at=NOON + 10 * BIN)]).advance(NOON + 60 * MINUTE, live=False)
    progress = read_progress(database)
    assert progress is not None
    assert progress.detected_until == NOON + 8 * BIN


def test_once_live_always_live(database: Database) -> None:
    add_mentions(database, [NOON + MINUTE])
    Grid(database, []).advance(NOON + 5 * MINUTE, live=True)
    Grid(database, []).advance(NOON + 10 * MINUTE, live=False)
    progress = read_progress(database)
    assert progress is not None
    assert (progress.detected_until, progress.live) == (NOON + 2 * BIN, True)


@given(bins=st.lists(moments, unique=True, max_size=12).map(sorted), until=moments)
def test_points_cover_every_event_and_its_lull(bins: list[datetime], until: datetime) -> None:
    found = list(points(bins, None, until))
    expected = {
        at for begin in bins for number in range(1, LULL // BIN + 1) if (at := begin + number * BIN) <= floor(until)
    }
    assert found == sorted(expected)


@given(bins=st.lists(moments, unique=True, min_size=1, max_size=12).map(sorted), cut=moments, until=moments)
def test_a_stop_anywhere_changes_nothing(bins: list[datetime], cut: datetime, until: datetime) -> None:
    whole = list(points(bins, None, until))
    first = [at for at in whole if at <= cut]
    if not first:
        return
    rest = list(points([begin for begin in bins if begin >= first[-1]], first[-1], until))
    assert [*first, *[at for at in rest if at in set(whole)]] == whole


def test_the_end_of_a_history_is_told_to_all_once_it_is_known_what_was_decided(database: Database) -> None:
    add_mentions(database, [NOON + 2 * MINUTE])
    detectors = [Recorder(), Recorder()]
    grid = Grid(database, detectors)
    assert not grid.conclude(wait=True)
    grid.advance(NOON + 5 * MINUTE, live=False)
    assert not grid.conclude(wait=False)
    assert grid.conclude(wait=True)
    assert [each.concluded for each in detectors] == [2, 2]
