"""Who sends, of two folders that read the same topics."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import structlog

from tests.unit.make import KEY
from veille.config import Store
from veille.events import FolderId
from veille.service import sending_mode
from veille.service.sending_mode import SendingMode
from veille.sources.base import Neighbour, NeighbourSighting
from veille.store.database import Database
from veille.store.modes import Modes

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ME = FolderId("5" * 32, NOW - timedelta(days=10), "11")
OLDER = Neighbour("9" * 32, NOW - timedelta(days=20), "22", NOW)
YOUNGER = Neighbour("1" * 32, NOW - timedelta(days=5), "33", NOW)
TWIN = Neighbour(ME.folder_id, ME.born_at, "44", NOW)


class World:
    """A folder's database and clocks, which outlive its service."""

    def __init__(self) -> None:
        self.database = Database(None, Store(), KEY)
        self.seconds = 0.0
        self.found: NeighbourSighting | None = NeighbourSighting()

    def start(self, folder: FolderId = ME) -> SendingMode:
        return SendingMode(
            Modes(self.database, folder), folder, lambda: self.found, clock=self.clock, monotonic=lambda: self.seconds
        )

    def clock(self) -> datetime:
        return NOW + timedelta(seconds=self.seconds)

    def modes(self) -> list[tuple[str, str]]:
        rows = self.database._connection.sql("SELECT mode, reason FROM service_modes ORDER BY known_at").fetchall()
        return [tuple(row) for row in rows]


@pytest.fixture
def world() -> World:
    return World()


def test_alone_it_sends_once_it_knows(world: World) -> None:
    service = world.start()
    assert not service.may_send
    service.turn()
    assert service.may_send
    assert world.modes() == [("live", "alone")]
    again = world.start()
    again.turn()
    assert world.modes() == [("live", "alone")], "the same again is not written again"


@pytest.mark.parametrize(
    ("other", "sends"), [(OLDER, False), (YOUNGER, True), (TWIN, False)], ids=["older", "younger", "clone"]
)
def test_the_younger_one_starts_quiet_and_both_know(world: World, other: Neighbour, sends: bool) -> None:
    world.found = NeighbourSighting((other,))
    service = world.start()
    service.turn()
    assert service.may_send is sends
    assert service.quiet is not sends
    assert service.others() == [other]


def test_quiet_lasts_over_restarts_and_without_the_other_until_go_live(world: World) -> None:
    world.found = NeighbourSighting((OLDER,))
    world.start().turn()
    world.found, world.seconds = NeighbourSighting(), 10_000.0
    service = world.start()
    service.turn()
    assert service.quiet
    assert service.others() == []
    assert service.go_live("Mila", "the other one is gone").reason == "command"
    assert service.may_send
    world.found = NeighbourSighting((OLDER,))
    again = world.start()
    assert again.may_send, "at once, whoever else is there"
    again.turn()
    assert again.may_send
    assert again.go_live("Mila", "") == again.go_live("Ben", "again")
    assert world.modes() == [("quiet", "neighbour"), ("live", "command")]


def test_what_another_folder_was_told_does_not_count_in_a_copy(world: World) -> None:
    """A restored backup has the rows of the folder that it was made of."""
    world.start().go_live("Mila", "")
    copy = FolderId("7" * 32, NOW, "55")
    world.found = NeighbourSighting((Neighbour(ME.folder_id, ME.born_at, ME.run, NOW),))
    service = world.start(copy)
    assert not service.may_send
    service.turn()
    assert service.quiet


def test_a_reader_of_more_than_an_hour_ago_is_none(world: World) -> None:
    world.found = NeighbourSighting((Neighbour(OLDER.folder_id, OLDER.born_at, "22", NOW - timedelta(minutes=61)),))
    service = world.start()
    service.turn()
    assert service.may_send
    assert service.others() == []


def test_a_fault_ends_an_hour_after_the_last_sign(world: World) -> None:
    world.found = NeighbourSighting((YOUNGER,))
    service = world.start()
    service.turn()
    world.found = None
    world.seconds = 3599
    service.turn()
    assert service.others() == [YOUNGER]
    world.seconds = 3601
    assert service.others() == []


def test_a_new_folder_waits_for_the_broker_and_a_known_one_not_for_long(world: World) -> None:
    world.found = None
    new = world.start()
    for world.seconds in (0.0, 5.0, 600.0):
        new.turn()
        assert not new.may_send
    world.found, world.seconds = NeighbourSighting(), 602.0
    new.turn()
    assert new.may_send
    world.found, world.seconds = None, 700.0
    known = world.start()
    known.turn()
    assert not known.may_send, "an older folder may be there"
    world.seconds += sending_mode.PATIENCE_SECONDS
    known.turn()
    assert known.may_send, "a broker that is away must be told of"


@pytest.mark.parametrize(("seconds", "sends"), [(100.0, False), (1000.0, True)], ids=["soon", "much later"])
def test_an_older_one_that_shows_after_the_start(world: World, seconds: float, sends: bool) -> None:
    """Soon: it began at the same time. Later: it comes back from an outage, and this one goes on; both are at fault."""
    service = world.start()
    service.turn()
    world.found, world.seconds = NeighbourSighting((OLDER,)), seconds
    service.turn()
    assert service.may_send is sends
    assert service.others() == [OLDER]


def test_groups_that_cannot_be_listed_are_told_once(world: World) -> None:
    world.found = NeighbourSighting(complete=False)
    with structlog.testing.capture_logs() as logs:
        service = world.start()
        for world.seconds in (0.0, 100.0, 200.0):
            service.turn()
    assert not service.complete
    assert service.may_send
    assert [entry["cure"] for entry in logs if "cure" in entry] == [
        "grant READ on all groups that start with kafka.group_id (a prefixed right)"
    ]


def test_it_asks_seldom(world: World) -> None:
    asked: list[float] = []

    def counted(look: Callable[[], NeighbourSighting | None]) -> Callable[[], NeighbourSighting | None]:
        def turn() -> NeighbourSighting | None:
            asked.append(world.seconds)
            return look()

        return turn

    service = SendingMode(Modes(world.database, ME), ME, counted(lambda: world.found), monotonic=lambda: world.seconds)
    for world.seconds in map(float, range(130)):
        service.turn()
    assert asked == [0.0, 60.0, 120.0]
