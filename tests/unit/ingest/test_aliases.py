"""Aliases of people are learnt from records, kept once, and hold no original."""

import itertools
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.unit.make import KEY, NOW, chunk, mention
from tests.unit.sources.reading_files import write_lines
from veille.config import Store
from veille.ingest.decode import Decoded, Decoder, merge
from veille.ingest.writer import Writer
from veille.privacy import Pseudonymiser
from veille.sources.aliases import SeenAlias
from veille.sources.base import Chunk
from veille.sources.files import FileSource
from veille.sources.translate import Options
from veille.store.aliases import PeopleAliases
from veille.store.database import BatchRows, Database
from veille.store.errors import StoreError

JAN = [datetime(2026, 1, day, tzinfo=UTC) for day in range(1, 32)]
NAMES = Pseudonymiser(KEY)


def pseudonym(name: str) -> UUID:
    return UUID(bytes=NAMES.one("person", "x", name))


def seen(number: str, handle: str, first: int = 1, last: int = 1) -> SeenAlias:
    return SeenAlias("x", number, handle, JAN[first], JAN[last])


def database() -> Database:
    return Database(None, Store(), KEY)


def written(db: Database, *chunks: Chunk, writer: Writer | None = None) -> None:
    writer = writer or Writer(db)
    for each in chunks:
        writer.write(Decoder(KEY)([each], NOW), {}, NOW)


def kept(db: Database) -> list[Any]:
    return db.cursor().execute("SELECT * EXCLUDE (batch) FROM people_aliases ORDER BY ALL").fetchall()


def carrying(*aliases: SeenAlias, events: int = 1) -> Chunk:
    return replace(chunk([mention(n) for n in range(events)]), aliases=aliases)


def test_the_same_batch_twice_changes_nothing() -> None:
    db, batch = database(), carrying(seen("11", "Anna", 2, 5), seen("12", "berta"))
    written(db, batch)
    before = kept(db)
    assert [row[:2] for row in before] == sorted(
        [(pseudonym("@anna"), pseudonym("11")), (pseudonym("berta"), pseudonym("12"))]
    )
    written(db, batch)
    assert kept(db) == before


def test_any_order_and_any_batching_give_the_same_aliases() -> None:
    batches = [
        carrying(seen("11", "Anna", 4, 5)),
        carrying(seen("11", "@anna", 2, 3)),
        carrying(seen("12", "ANNA", 9, 9)),
    ]
    found = []
    for order in itertools.permutations(batches):
        db = database()
        written(db, *order)
        found.append(kept(db))
    together = database()
    Writer(together).write(merge([Decoder(KEY)([each], NOW) for each in batches]), {}, NOW)
    assert all(each == kept(together) for each in found)
    assert len(found[0]) == 2


def test_a_handle_that_changes_hands_is_two_aliases_the_latest_first() -> None:
    db = database()
    written(db, carrying(seen("11", "anna", 0, 3), seen("12", "anna", 4, 8)))
    holders = PeopleAliases(db).holders(pseudonym("anna"))
    assert [(each.person, each.first_at, each.last_at) for each in holders] == [
        (pseudonym("12"), JAN[4], JAN[8]),
        (pseudonym("11"), JAN[0], JAN[3]),
    ]


def test_aliases_without_any_message_are_kept_and_a_bad_neighbour_takes_none_away() -> None:
    db = database()
    written(db, replace(chunk([]), aliases=(seen("11", "anna"),)))
    bad = replace(chunk([b"broken", mention(1)]), aliases=(seen("12", "berta"),))
    Writer(db).write(Decoder(KEY)([replace(chunk([]), aliases=(seen("13", "cara"),)), bad], NOW), {}, NOW)
    assert len(kept(db)) == 3


def test_a_transaction_that_fails_keeps_no_alias(monkeypatch: pytest.MonkeyPatch) -> None:
    db = database()
    writer, append = Writer(db), Database.append

    def failing(self: Database, rows: BatchRows, now: datetime) -> int:
        assert rows.aliases is not None
        return append(self, replace(rows, letters=rows.aliases), now)  # the letters' statement refuses these columns

    monkeypatch.setattr(Database, "append", failing)
    with pytest.raises(StoreError):
        written(db, carrying(seen("11", "anna")), writer=writer)
    monkeypatch.undo()
    assert kept(db) == []
    written(db, carrying(seen("11", "anna")), writer=writer)
    assert len(kept(db)) == 1


def test_text_that_is_no_unicode_is_left_out_and_stops_nothing() -> None:
    decoded: Decoded = Decoder(KEY)([carrying(seen("11", "an\ud800na"), seen("12", "berta"))], NOW)
    assert len(decoded.aliases) == 1
    assert decoded.letters == []


def test_a_time_that_cannot_be_right_is_no_time() -> None:
    db = database()
    late = SeenAlias("x", "11", "anna", datetime(2031, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC))
    written(db, carrying(late))
    assert [row[2:4] for row in kept(db)] == [(None, None)]
    written(db, carrying(seen("11", "anna", 3, 4)))
    assert [row[2:4] for row in kept(db)] == [(JAN[3].replace(tzinfo=None), JAN[4].replace(tzinfo=None))]


def tweet(number: int, author: str, text: str, **fields: Any) -> dict[str, Any]:
    return {"id": str(number), "author_id": author, "text": text, "created_at": f"2026-01-0{number}T10:00:00Z"} | fields


def test_records_teach_their_authors_mentions_and_users(tmp_path: Path) -> None:
    page = {
        "data": [
            tweet(1, "11", "good morning", entities={"mentions": [{"username": "Cara", "id": "13", "start": 0}]}),
            tweet(2, "12", "RT", referenced_tweets=[{"type": "retweeted", "id": "9"}]),
        ],
        "includes": {
            "users": [
                {"id": "11", "username": "anna"},
                {"id": "12", "username": "berta"},
                {"id": "14", "username": "Dora"},
                {"id": "15", "username": "16"},
            ]
        },
    }
    source = FileSource([write_lines(tmp_path / "page.ndjson", page)], options=Options())
    chunks = []
    while not source.exhausted:
        chunks += source.poll(1_000, 0)
    found = {(alias.number, alias.handle) for each in chunks for alias in each.aliases}
    assert found == {("11", "anna"), ("12", "berta"), ("13", "Cara"), ("14", "Dora")}
    assert json.dumps([each.messages for each in chunks]) == "[[]]"  # nobody addressed a generator
