"""Whatever a message holds, it ends as one event, one duplicate or one dead letter, and touches no other.

`make fuzz` sends a million messages; in CI as many as the budget allows.
"""

import itertools
import os
import threading
from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.ingest.messages import SECRET, messages
from tests.unit.ingest.test_pipeline import Scripted
from tests.unit.make import KEY, NOW, mention, raw
from veille.config import Ingest, Store
from veille.events import EventType, Position
from veille.ingest.decode import DeadLetter, Decoded, Decoder, merge
from veille.ingest.pipeline import Pipeline
from veille.ingest.pool import DecodePool
from veille.ingest.writer import Tally, Writer
from veille.privacy import LetterBox, vault_keypair
from veille.sources.base import Chunk
from veille.store.database import Database

BATCH = 16
MESSAGES = int(os.environ.get("VEILLE_FUZZ_MESSAGES", "3000"))
BOX = LetterBox(KEY)
PUBLIC = vault_keypair()[1]


@st.composite
def chunks(draw: st.DrawFn) -> list[Chunk]:
    """Three partitions: broken messages, some with a type of their own, a good one before and after."""
    found, number = [], itertools.count(10_001)
    for partition in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(EventType))
        declared = draw(st.sampled_from([kind, kind, None]))
        broken = draw(st.lists(messages(kind), min_size=1, max_size=BATCH))
        good = [good_message(next(number), declared) for _ in range(2)]
        together = [good[0], *broken, good[1]] if declared in {None, EventType.MENTION} else broken
        found.append(
            Chunk(
                source="t",
                partition=partition,
                event_type=declared,
                messages=together,
                positions=range(len(together)),
                lax=draw(st.booleans()),
            )
        )
    return found


def good_message(number: int, declared: EventType | None) -> bytes:
    return raw(mention(number) | ({} if declared else {"event_type": "mention"}))


def told(letter: DeadLetter) -> DeadLetter:
    """A letter without the random part of its encryption."""
    return replace(letter, raw=None if letter.raw is None else BOX.decrypt(letter.raw))


def same(one: Decoded, other: Decoded) -> bool:
    return (
        {kind: table.combine_chunks() for kind, table in one.tables.items()}
        == {kind: table.combine_chunks() for kind, table in other.tables.items()}
        and sorted(map(told, one.letters), key=place) == sorted(map(told, other.letters), key=place)
        and (one.newest, one.messages, one.unknown_fields) == (other.newest, other.messages, other.unknown_fields)
        and {seal.pseudonym for seal in one.sealed} == {seal.pseudonym for seal in other.sealed}
    )


def place(letter: DeadLetter) -> tuple[int, int]:
    return letter.partition, letter.position


def singly(parts: list[Chunk]) -> list[Chunk]:
    return [part[at : at + 1] for part in parts for at in range(len(part.messages))]


@settings(
    max_examples=max(1, MESSAGES // 24),
    deadline=None,
    derandomize=MESSAGES < 1_000_000,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(parts=chunks())
def check_a_batch(parts: list[Chunk]) -> None:
    total = sum(len(part.messages) for part in parts)
    together = Decoder(KEY, PUBLIC)(parts, NOW)
    one_by_one = Decoder(KEY, PUBLIC)
    assert same(together, merge([one_by_one([part], NOW) for part in singly(parts)]))
    assert sum(table.num_rows for table in together.tables.values()) + len(together.letters) == total
    assert len({place(letter) for letter in together.letters}) == len(together.letters)
    assert not any(SECRET in str(letter.violation) for letter in together.letters)
    expected = {good_message(number, part.event_type) for part in parts for number in range(10_001, 10_010)}
    refused = {BOX.decrypt(letter.raw) for letter in together.letters if letter.raw is not None}
    assert not refused & expected
    check_the_database(parts, total)


DATABASE = Database(None, Store(), KEY)
WRITER = Writer(DATABASE)
TOPICS = itertools.count()


def check_the_database(parts: list[Chunk], total: int) -> None:
    topic = f"t{next(TOPICS)}"
    source = Scripted([replace(part, source=topic) for part in parts])
    pool = DecodePool(KEY, PUBLIC, 0)
    pipeline = Pipeline(source, pool, WRITER, Ingest(batch_messages=10_000), clock=lambda: NOW)
    while not source.exhausted:
        pipeline.step(threading.Event())
    pipeline.drain(threading.Event())
    tally: Tally = pipeline.tally
    assert tally.lines == total == tally.accepted + tally.duplicates + tally.dead_letters
    ends = {(topic, part.partition): Position(len(part.messages)) for part in parts}
    positions = {place: at for place, at in DATABASE.positions().items() if place[0] == topic}
    assert positions == ends


@pytest.mark.slow
def test_every_message_ends_as_one_event_one_duplicate_or_one_dead_letter() -> None:
    check_a_batch()
    assert isinstance(DATABASE.frame("ingest/last_batch").item(), int)
    assert pa.table(DATABASE.frame("letters/list", rule=None, replayed=False, limit=10).to_arrow()).num_rows
