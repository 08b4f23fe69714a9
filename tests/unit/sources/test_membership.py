"""What folders say of themselves beside the offsets they commit, and whom they see by it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from veille.config import Kafka
from veille.events import FolderId, Position
from veille.sources.base import NeighbourSighting
from veille.sources.membership import ANNOUNCE_SECONDS, Membership, group_of, is_group, read_note, sighting

BORN = datetime(2026, 3, 1, tzinfo=UTC)
ME = FolderId("a" * 32, BORN, "11", frozenset({"99"}))
PLACE = ("t", 0)


def test_the_group_is_named_after_the_folder() -> None:
    settings = Kafka(group_id="veille")
    assert group_of(settings, ME) == "veille-aaaaaaaa"
    assert is_group(settings, "veille-0123abcd")
    for other in ("veille", "veille-0123abcg", "veille-0123abcde", "veille-staging-0123abcd", "my-veille-0123abcd"):
        assert not is_group(settings, other)
    assert not is_group(Kafka(group_id="v.ille"), "veille-0123abcd"), "the name is no pattern"


def test_a_note_says_who_and_when_and_fits_into_a_commit() -> None:
    now = datetime(2026, 3, 2, 10, 0, 5, tzinfo=UTC)
    note = Membership(ME).note(now)
    found = read_note(note)
    assert found is not None
    assert (found.folder_id, found.born_at, found.run, found.seen_at) == (ME.folder_id, BORN, "11", now)
    assert len(note) < 300, "brokers take 4,096 by default"


@given(st.one_of(st.none(), st.text(), st.from_regex(r'\{"folder":.*\}', fullmatch=True)))
@example('{"folder":' + "[" * 4000)
def test_other_metadata_is_nobody(note: str | None) -> None:
    assert read_note(note) is None


def seen(me: FolderId, folder: FolderId, at: datetime) -> NeighbourSighting:
    note = Membership(folder).note(at)
    return sighting({"g": {PLACE: (5, note), ("elsewhere", 0): (1, note)}}, ["t"], Membership(me), complete=True)


@pytest.mark.parametrize(
    ("folder", "minutes", "is_other"),
    [
        (FolderId("b" * 32, BORN, "11"), -1, True),
        (ME, -1, False),
        (FolderId("a" * 32, BORN, "99"), -1, False),
        (FolderId("a" * 32, BORN, "99"), 1, True),
        (FolderId("a" * 32, BORN, "55"), -1, True),
    ],
    ids=[
        "another folder",
        "this process",
        "an earlier process here",
        "a clone that still runs",
        "a clone's later process",
    ],
)
def test_who_is_another(folder: FolderId, minutes: float, is_other: bool) -> None:
    assert bool(seen(ME, folder, datetime.now(UTC) + timedelta(minutes=minutes)).others) is is_other


def test_the_latest_note_of_a_folder_counts_and_other_topics_do_not() -> None:
    other = Membership(FolderId("b" * 32, BORN, "22"))
    notes = [other.note(BORN + timedelta(minutes=n)) for n in (3, 9, 6)]
    committed = {("t", n): (n, note) for n, note in enumerate(notes)}
    (found,) = sighting({"g": committed}, ["t"], Membership(ME), complete=True).others
    assert found.seen_at == BORN + timedelta(minutes=9)
    assert sighting({"g": committed}, ["u"], Membership(ME), complete=False) == NeighbourSighting((), complete=False)


def test_an_idle_folder_repeats_what_the_database_holds() -> None:
    me = Membership(ME)
    assert me.due([PLACE], 0.0) == {}
    me.placed(PLACE, Position(7))
    assert me.due([], 0.0) == {}, "nothing is assigned"
    assert me.due([PLACE], 1.0) == {PLACE: Position(7)}
    me.stored({PLACE: Position(9)})
    assert me.due([PLACE], ANNOUNCE_SECONDS) == {}
    assert me.due([PLACE], 1.0 + ANNOUNCE_SECONDS) == {PLACE: Position(9)}
