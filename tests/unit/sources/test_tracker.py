"""Where a partition is read on, given what the log holds and what the position says."""

import pytest
import structlog

from veille.config import Kafka
from veille.events import Position
from veille.sources import options
from veille.sources.tracker import NO_LOG_ID, Tracker

SETTINGS = Kafka()
PLACE = (SETTINGS.mentions_topic, 0)


def tracker(position: Position | None = None) -> Tracker:
    return Tracker(options.topics(SETTINGS), lambda place: position)


@pytest.mark.parametrize(
    ("position", "log", "start", "reason", "lost"),
    [
        (None, (3, 9, "a"), 3, None, 0),
        (Position(5, "a"), (0, 5, "a"), 5, None, 0),
        (Position(5, "a", 2), (0, 5, "a", 2), 5, None, 0),
        (Position(5, "a", 2), (0, 5, "a", None), 5, None, 0),
        (Position(20, "a"), (60, 100, "a"), 60, "retention", 40),
        (Position(20, "a"), (0, 19, "a"), 0, "cut", 0),
        (Position(20, "a"), (0, 100, "b"), 0, "recreated", 0),
        (Position(20, "a"), (0, 20, "b"), 0, "recreated", 0),
        (Position(20, "a"), (0, 5, "b"), 0, "recreated", 0),
        (Position(20, "a"), (0, 0, "b"), 0, "recreated", 0),
        (Position(20, "a"), (7, 100, "b"), 7, "recreated", 7),
        (Position(20, "a"), (70, 100, "b"), 70, "recreated", 70),
        (Position(20), (0, 100, "b"), 20, "adopted", 0),
        (Position(20), (0, 19, "b"), 0, "cut", 0),
        (Position(20, "a"), (0, 100, None), 20, None, 0),
        (Position(20, None, 4), (0, 100, None, 3), 0, "cut", 0),
        (Position(20, "a", 4), (0, 100, "a", 3), 0, "cut", 0),
        (Position(20, None, 4), (0, 100, None, 5), 20, None, 0),
    ],
)
def test_where_to_begin(
    position: Position | None, log: tuple[int, int, str | None, int | None], start: int, reason: str | None, lost: int
) -> None:
    found = tracker(position)
    begun = found.start(PLACE, *log)
    assert begun.offset == start
    assert begun.log_id == (log[2] or (position.log_id if position else None))
    changes = found.changes()
    assert [change.reason for change in changes] == ([reason] if reason else [])
    assert found.lost_messages == lost == sum(change.lost for change in changes)
    assert found.restarts == (reason in ("recreated", "cut"))
    assert found.changes() == []


def test_what_does_not_fit_is_said_and_what_fits_is_not() -> None:
    with structlog.testing.capture_logs() as logs:
        tracker(Position(5, "a")).start(PLACE, 0, 5, "a")
        tracker(None).start(PLACE, 3, 9, "a")
        assert not logs
        tracker(Position(20, "a")).start(PLACE, 60, 100, "a")
        tracker(Position(20, "a")).start(PLACE, 0, 100, "b")
    assert [entry["lost"] for entry in logs] == [40, 0]
    assert "recreated" in logs[1]["event"]


def test_a_broker_without_ids_is_told_once() -> None:
    with structlog.testing.capture_logs() as logs:
        found = tracker(None)
        for _ in range(3):
            found.start(PLACE, 0, 5)
    assert [entry["event"] for entry in logs] == [NO_LOG_ID]


def test_a_recreated_topic_while_reading() -> None:
    found = tracker(Position(20, "a"))
    found.start(PLACE, 0, 100, "a")
    chunk = found.chunk(PLACE, [b"x", b"y"], [20, 21], 3)
    assert chunk.next_position == Position(22, "a", 3)
    assert found.start(PLACE, 0, 100, "a") == Position(22, "a", 3)
    assert found.start(PLACE, 0, 100, "b") == Position(0, "b")
    assert found.chunk(PLACE, [b"z"], [0], -1).next_position == Position(1, "b")


def test_what_the_broker_lost_is_read_from_where_it_still_agrees() -> None:
    found = tracker(Position(20, "a", 3))
    found.rewind(PLACE, Position(12, None, 2))
    assert found.start(PLACE, 0, 100, "a") == Position(12, "a", 2)
    found.rewind(PLACE, None)
    assert found.start(PLACE, 0, 100, "a") == Position(0, "a")
    assert [change.reason for change in found.changes()] == ["cut"]
