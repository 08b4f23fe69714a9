"""Rows that came under a handle stand under the person whom it named, whenever the alias was learnt; they keep what they came with."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.amounts import amount
from tests.unit.ingest.test_aliases import database, pseudonym
from tests.unit.make import KEY, NOW, chunk, generation, mention, moderation
from veille.events import EventType
from veille.ingest.decode import Decoder
from veille.ingest.writer import Writer
from veille.sources.aliases import SeenAlias
from veille.sources.base import Chunk
from veille.store.database import Database

DAY = datetime(2025, 12, 1, tzinfo=UTC)
HANDLES = ("anna", "berta")
NUMBERS = ("11", "12", "13")


@dataclass(frozen=True)
class Asked:
    account: str
    target: str | None
    day: int


@dataclass(frozen=True)
class Seen:
    """An alias as one batch shows it. first, last: days, None where no post has a time."""

    number: str
    handle: str
    first: int | None
    last: int | None


def at(day: int | None) -> datetime | None:
    return None if day is None else DAY + timedelta(days=day)


def asking(number: int, asked: Asked) -> Chunk:
    occurred_at = (DAY + timedelta(days=asked.day)).isoformat()
    return chunk([mention(number, occurred_at=occurred_at, account_id=asked.account, target_id=asked.target)])


def showing(seen: Seen) -> Chunk:
    return replace(chunk([]), aliases=(SeenAlias("x", seen.number, seen.handle, at(seen.first), at(seen.last)),))


def loaded(batches: Sequence[Chunk], resolved_after: int = -1) -> Database:
    """Batches written one by one; rows are resolved after one of them and at the end."""
    db = database()
    writer = Writer(db)
    for place, batch in enumerate(batches):
        writer.write(Decoder(KEY)([batch], NOW), {}, NOW)
        if place == resolved_after:
            db.resolve_people()
    db.resolve_people()
    return db


def rows(db: Database, query: str) -> list[Any]:
    return db.cursor().execute(query).fetchall()


def expected(asked: Sequence[Asked], aliases: Sequence[Seen]) -> list[tuple[Any, ...]]:
    """The rule in plain words: who was seen first with a handle has it until the next one is seen with it."""
    first: dict[tuple[str, str], int] = {}
    for each in sorted(aliases, key=lambda each: each.first is None):
        pair = (each.handle, each.number)
        first[pair] = min(first.get(pair, 99), each.first) if each.first is not None else first.get(pair, -1)

    def person(name: str | None, day: int) -> Any:
        if name is None:
            return None
        holders = sorted((since, pseudonym(number)) for (handle, number), since in first.items() if handle == name)
        held = [who for since, who in holders if since <= day] or [who for _, who in holders[:1]]
        return held[-1] if held else pseudonym(name)

    found = []
    for row in asked:
        account, target = person(row.account, row.day), person(row.target, row.day)
        found.append((account, target, account == target))
    return sorted(found, key=str)


def test_a_row_gets_the_person_and_keeps_what_it_came_with_and_is_self_follows() -> None:
    ask = asking(1, Asked("@Anna", "11", 3))
    for order in ([showing(Seen("11", "anna", 1, 2)), ask], [ask, showing(Seen("11", "anna", 1, 2))]):
        found = rows(
            loaded(order), "SELECT account_id, target_id, account_came_as, target_came_as, is_self FROM mentions"
        )
        assert found == [(pseudonym("11"), pseudonym("11"), pseudonym("anna"), None, True)]


def test_a_handle_that_changes_hands_names_each_of_them_in_her_time() -> None:
    asks = [asking(day, Asked("21", "anna", day)) for day in range(10)]
    shown = [showing(Seen("11", "anna", 2, 4)), showing(Seen("12", "anna", 6, 8))]
    query = "SELECT target_id FROM mentions ORDER BY occurred_at"
    wanted = [(pseudonym("11"),)] * 6 + [(pseudonym("12"),)] * 4
    for batches in ([*asks, *shown], [*shown[::-1], *asks], [shown[1], *asks, shown[0]]):
        assert rows(loaded(batches, resolved_after=len(batches) // 2), query) == wanted


def test_answers_and_what_was_done_about_accounts_are_resolved_too() -> None:
    about = replace(
        chunk([moderation(1, subject_type="account", subject_id="anna"), moderation(2, subject_id="anna")]),
        event_type=EventType.MODERATION,
    )
    made = chunk([generation(1, account_id="berta", target_id="anna")], EventType.GENERATION)
    db = loaded([made, about, showing(Seen("11", "anna", 1, 2)), showing(Seen("12", "berta", 1, 2))])
    assert rows(db, "SELECT account_id, target_id FROM generations") == [(pseudonym("12"), pseudonym("11"))]
    assert rows(db, "SELECT subject_id FROM moderations WHERE subject_type = 'account'") == [(pseudonym("11"),)]
    assert rows(db, "SELECT count(*) FROM moderations WHERE subject_came_as IS NULL") == [(1,)]  # a post is nobody


def test_a_live_service_leaves_rows_alone_that_it_has_decided() -> None:
    db = database()
    writer = Writer(db)
    for batch in (
        asking(1, Asked("anna", "21", 3)),
        asking(2, Asked("anna", "21", 5)),
        showing(Seen("11", "anna", 1, 2)),
    ):
        writer.write(Decoder(KEY)([batch], NOW), {}, NOW)
    assert db.resolve_people((DAY + timedelta(days=4)).replace(tzinfo=None)) == 1
    found = rows(db, "SELECT account_id FROM mentions ORDER BY occurred_at")
    assert found == [(pseudonym("anna"),), (pseudonym("11"),)]


def test_without_a_new_alias_nothing_is_done_and_history_stays_decided() -> None:
    db = loaded([asking(1, Asked("anna", "21", 3)), showing(Seen("11", "anna", 1, 2))])
    db.execute("detect/grid/note_detected_history", batch=1)
    assert db.resolve_people() == 0
    Writer(db).write(Decoder(KEY)([showing(Seen("13", "cara", 1, 2))], NOW), {}, NOW)
    assert db.resolve_people() == 0  # nobody came as cara
    assert rows(db, "SELECT count(*) FROM detected_history") == [(1,)]
    Writer(db).write(Decoder(KEY)([showing(Seen("14", "21", 1, 2)), showing(Seen("21", "anna", 0, 0))], NOW), {}, NOW)
    assert db.resolve_people() > 0
    assert rows(db, "SELECT count(*) FROM detected_history") == [(0,)]


_DAYS = st.integers(0, 9)
_PEOPLE = st.sampled_from([*HANDLES, *NUMBERS])
_ASKED = st.builds(Asked, _PEOPLE, st.none() | _PEOPLE, _DAYS)
_SEEN = st.builds(
    lambda number, handle, days: Seen(number, handle, *(sorted(days) if days else (None, None))),
    st.sampled_from(NUMBERS),
    st.sampled_from(HANDLES),
    st.none() | st.tuples(_DAYS, _DAYS),
)


@pytest.mark.slow
@pytest.mark.long
@settings(max_examples=amount(20, 200), deadline=None)
@given(asked=st.lists(_ASKED, max_size=6), aliases=st.lists(_SEEN, max_size=5), data=st.data())
def test_any_order_and_any_moment_of_resolving_give_the_same_persons(
    asked: list[Asked], aliases: list[Seen], data: st.DataObject
) -> None:
    batches = [asking(number, each) for number, each in enumerate(asked)] + [showing(each) for each in aliases]
    order = data.draw(st.permutations(batches))
    db = loaded(order, resolved_after=data.draw(st.integers(-1, len(batches))))
    found = rows(db, "SELECT account_id, target_id, is_self FROM mentions")
    assert sorted(found, key=str) == expected(asked, aliases)
    assert rows(db, "SELECT count(*) FROM mentions WHERE account_came_as = account_id") == [(0,)]
    db.close()
