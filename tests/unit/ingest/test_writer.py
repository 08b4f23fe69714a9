from datetime import timedelta
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.amounts import amount
from tests.unit.make import KEY, NOW, chunk, generation, mention
from veille.config import Store
from veille.events import EventType, Position
from veille.ingest.decode import Decoder
from veille.ingest.writer import Tally, Writer
from veille.sources.base import Chunk
from veille.store.database import Database
from veille.store.errors import StoreError

POOL: list[Any] = [mention(n % 12, occurred_at=f"2026-01-{1 + n % 9:02}T10:00:00Z") for n in range(18)]
POOL += [b"broken", mention(99, account_id=3)]


def database() -> Database:
    return Database(None, Store(), KEY)


def rows(db: Database, table: str = "mentions") -> pl.DataFrame:
    found: pl.DataFrame = db.cursor().sql(f"SELECT * FROM {table}").pl()
    found = found.drop("ingested_at", "batch", strict=False)
    return found.sort(found.columns)


def ingest(db: Database, batches: list[list[Any]]) -> Tally:
    writer, decode, total = Writer(db), Decoder(KEY), Tally()
    for number, events in enumerate(batches):
        part = chunk(events, source="t", partition=0, first=1 + sum(map(len, batches[:number])))
        total += writer.write(decode([part], NOW), {part.place: part.next_position}, NOW)
    return total


@pytest.mark.slow
@pytest.mark.long
@settings(deadline=None, max_examples=amount(15, 100))
@given(st.permutations(POOL), st.lists(st.integers(1, 7), min_size=20, max_size=20))
def test_any_order_and_any_batching_give_the_same_rows(events: list[Any], sizes: list[int]) -> None:
    events = [
        e if isinstance(e, bytes) else mention(int(e["event_id"][1:])) | {"account_id": e["account_id"]} for e in events
    ]
    batches: list[list[Any]] = []
    left = list(events)
    while left:
        size = sizes[len(batches)]
        batches.append(left[:size])
        left = left[size:]
    one, many = database(), database()
    tally = ingest(many, batches)
    assert ingest(one, [events]) == tally
    assert tally.lines == len(POOL) == tally.accepted + tally.duplicates + tally.dead_letters
    assert rows(one).equals(rows(many))
    assert many.positions() == {("t", 0): Position(len(POOL) + 1)}


def test_an_event_counts_once_at_any_age_and_after_a_restart() -> None:
    db = database()
    assert ingest(db, [[mention(1), mention(2)]]).accepted == 2
    again = Writer(db).write(Decoder(KEY)([chunk([mention(2), mention(3)])], NOW), {}, NOW + timedelta(days=400))
    assert (again.accepted, again.duplicates) == (1, 1)


def test_ids_are_unique_per_platform_and_type() -> None:
    db = database()
    writer, decode = Writer(db), Decoder(KEY)
    both = [chunk([mention(1), mention(1, platform="y")]), chunk([generation(1, event_id="m1")], EventType.GENERATION)]
    assert writer.write(decode(both, NOW), {}, NOW).accepted == 3


def test_a_failed_transaction_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    db = database()
    writer, decoded = (
        Writer(db),
        Decoder(KEY)(
            [
                Chunk(source="t", partition=0, event_type=EventType.MENTION, messages=[b"{"], positions=[0]),
                chunk([mention(1)]),
            ],
            NOW,
        ),
    )
    broken = {("t", 0): (2**80, None)}
    with pytest.raises((StoreError, OverflowError)):
        writer.write(decoded, {place: Position(offset) for place, (offset, _) in broken.items()}, NOW)
    assert rows(db).height == rows(db, "dead_letters").height == 0
    assert db.positions() == {}
    assert writer.write(decoded, {("t", 0): Position(1)}, NOW).accepted == 1
    assert db.last_batch == 1


def test_reading_a_dead_letter_again_adds_none() -> None:
    db = database()
    for _ in range(2):
        assert ingest(db, [[b"broken"]]).dead_letters == 1
    assert rows(db, "dead_letters").height == 1


def test_another_key_is_refused(tmp_path: Any) -> None:
    from veille.privacy import Key
    from veille.store.errors import KeyMismatchError

    Database(tmp_path / "v.duckdb", Store(), KEY).close()
    with pytest.raises(KeyMismatchError, match="restore that key"):
        Database(tmp_path / "v.duckdb", Store(), Key(b"k" * 32))


def test_a_newer_schema_is_refused(tmp_path: Any) -> None:
    Database(tmp_path / "v.duckdb", Store(), KEY).close()
    with duckdb.connect(str(tmp_path / "v.duckdb")) as connection:
        connection.execute("INSERT INTO migrations VALUES (999, 'later')")
    with pytest.raises(StoreError, match="newer Veille"):
        Database(tmp_path / "v.duckdb", Store(), KEY)


def test_simulated_events_are_noted_for_good() -> None:
    db = database()
    ingest(db, [[mention(1)]])
    facts = "SELECT count(*) FROM facts WHERE name = 'simulated' AND value = 'true'"
    assert db.cursor().execute(facts).fetchall() == [(0,)]
    ingest(db, [[mention(2, collection_id="simulated:week@1")], [mention(3, collection_id="simulated:week@1")]])
    assert db.cursor().execute(facts).fetchall() == [(1,)]
