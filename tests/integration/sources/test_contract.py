"""What ingest may rely on, whatever the messages come from."""

import threading
import time
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from tests.integration.sources.backends import Backend, Genuine, folder
from tests.integration.sources.conftest import Opener
from tests.integration.sources.reader import Collected, read, read_until
from veille.events import EventType, Position
from veille.sources.base import Neighbour, NeighbourSighting, Stream


def numbered(count: int, start: int = 0, tag: str = "") -> list[bytes | None]:
    return [b"%s%d" % (tag.encode(), number) for number in range(start, start + count)]


def create_topics(backend: Backend, partitions: int = 1) -> tuple[str, str, str]:
    settings = backend.settings
    names = (settings.mentions_topic, settings.generations_topic, settings.moderations_topic)
    for name in names:
        backend.create_topic(name, partitions)
    return names


def more_partitions(backend: Backend, total: int) -> None:
    mentions = backend.settings.mentions_topic
    if isinstance(backend, Genuine):
        backend.broker.add_partitions(mentions, total)
    else:
        backend.create_topic(mentions, total)


def test_order_types_and_positions(backend: Backend, open_source: Opener) -> None:
    mentions, generations, _ = create_topics(backend, partitions=2)
    for partition in range(2):
        backend.send(mentions, numbered(1500, tag=f"m{partition}-"), partition)
        backend.send(generations, numbered(700, tag=f"g{partition}-"), partition)
    collected = Collected()
    source = open_source(collected.positions.get)
    read_until(source, collected, lambda: collected.count >= 4400, most=333)
    assert collected.types == {mentions: EventType.MENTION, generations: EventType.GENERATION}
    for partition in range(2):
        assert collected.messages[mentions, partition] == numbered(1500, tag=f"m{partition}-")
        assert collected.messages[generations, partition] == numbered(700, tag=f"g{partition}-")
        assert collected.offsets[mentions, partition] == list(range(1500))
    assert source.poll(10, 0.0) == []
    assert source.fault is None


def test_reading_goes_on_at_the_database_not_at_the_group(backend: Backend, open_source: Opener) -> None:
    mentions, generations, _ = create_topics(backend)
    backend.send(mentions, numbered(100))
    backend.send(generations, numbered(50))
    reader, collected = folder(), Collected()
    first = open_source(lambda place: None, reader)
    read(first, collected, 150)
    deadline = time.monotonic() + 20
    while backend.committed(reader).get((mentions, 0)) != 100 and time.monotonic() < deadline:
        first.commit(collected.positions)
        first.poll(1, 0.1)
    assert backend.committed(reader)[mentions, 0] == 100, "the group tells lag tools what was committed"
    first.close()
    again = Collected()
    positions = {(mentions, 0): Position(30), (generations, 0): Position(50)}
    read(open_source(positions.get, reader), again, 70)
    assert again.messages == {(mentions, 0): numbered(70, 30)}


def test_messages_that_come_while_reading(backend: Backend, open_source: Opener) -> None:
    mentions, *_ = create_topics(backend)
    collected = Collected()
    source = open_source(collected.positions.get)
    for part in range(5):
        backend.send(mentions, numbered(20, 20 * part))
        read(source, collected, 20 * (part + 1))
    assert collected.all() == numbered(100)


def test_tombstones_and_empty_messages_keep_their_places(backend: Backend, open_source: Opener) -> None:
    mentions, *_ = create_topics(backend)
    backend.send(mentions, [b"a", None, b"", b"b"])
    collected = Collected()
    read(open_source(collected.positions.get), collected, 4)
    assert collected.all() == [b"a", None, b"", b"b"]
    assert collected.offsets[mentions, 0] == [0, 1, 2, 3]


@pytest.mark.parametrize("compression", ["none", "gzip", "snappy", "lz4", "zstd"])
def test_compressions(backend: Backend, open_source: Opener, compression: str) -> None:
    mentions, *_ = create_topics(backend)
    backend.send(mentions, numbered(300), compression=compression)
    collected = Collected()
    read(open_source(collected.positions.get), collected, 300)
    assert collected.all() == numbered(300)


def test_a_message_of_ten_megabytes_does_not_stop_the_stream(backend: Backend, open_source: Opener) -> None:
    mentions, *_ = create_topics(backend)
    backend.send(mentions, [b"before", b"x" * 10_000_000, b"after"])
    collected = Collected()
    read(open_source(collected.positions.get), collected, 3)
    assert [len(message or b"") for message in collected.all()] == [6, 10_000_000, 5]


def test_topics_that_appear_later(backend: Backend, open_source: Opener) -> None:
    mentions = backend.settings.mentions_topic
    collected = Collected()
    source = open_source(collected.positions.get)
    read_until(source, collected, lambda: source.fault is not None)
    assert mentions in (source.fault or "")
    create_topics(backend)
    backend.send(mentions, numbered(10))
    read(source, collected, 10)
    read_until(source, collected, lambda: source.fault is None)
    assert collected.all() == numbered(10)


def test_impatient_polls(backend: Backend, open_source: Opener) -> None:
    """Each shorter than a round trip to the broker."""
    mentions = backend.settings.mentions_topic
    collected = Collected()
    source = open_source(collected.positions.get)
    read_until(source, collected, lambda: source.fault is not None, timeout=0.002)
    create_topics(backend)
    backend.send(mentions, numbered(10))
    read_until(source, collected, lambda: collected.count >= 10, timeout=0.002)
    more_partitions(backend, 3)
    backend.send(mentions, numbered(10, 10), partition=2)
    read_until(source, collected, lambda: collected.count >= 20, timeout=0.002)
    assert collected.messages == {(mentions, 0): numbered(10), (mentions, 2): numbered(10, 10)}


def test_partitions_that_appear_later(backend: Backend, open_source: Opener) -> None:
    mentions, *_ = create_topics(backend)
    backend.send(mentions, numbered(10))
    collected = Collected()
    source = open_source(collected.positions.get)
    read(source, collected, 10)
    more_partitions(backend, 2)
    backend.send(mentions, numbered(10, tag="new-"), partition=1)
    read(source, collected, 20)
    assert collected.messages[mentions, 0] == numbered(10)
    assert collected.messages[mentions, 1] == numbered(10, tag="new-")


def test_two_folders_of_one_group_read_everything_each(backend: Backend, open_source: Opener) -> None:
    """The second opens in mid-stream; nobody loses a partition to it."""
    mentions, *_ = create_topics(backend, partitions=4)
    ledgers = [Collected(), Collected()]

    def send(count: int, start: int) -> None:
        for partition in range(4):
            backend.send(mentions, numbered(count, start, tag=f"{partition}-"), partition)

    send(25, 0)
    first = open_source(ledgers[0].positions.get)
    read(first, ledgers[0], 100)
    second = open_source(ledgers[1].positions.get)
    read(second, ledgers[1], 100)
    send(25, 25)
    read(first, ledgers[0], 200)
    read(second, ledgers[1], 200)
    for collected in ledgers:
        assert collected.messages == {(mentions, p): numbered(50, tag=f"{p}-") for p in range(4)}


def test_folders_see_each_other_by_what_they_commit(backend: Backend, open_source: Opener) -> None:
    mentions, *_ = create_topics(backend)
    backend.send(mentions, numbered(10))
    elder, younger = folder(datetime(2026, 1, 1, tzinfo=UTC)), folder(datetime(2026, 2, 1, tzinfo=UTC))
    first = open_source(lambda place: None, elder)
    assert first.sighting() == NeighbourSighting(), "nobody yet"
    read(first, Collected(), 10)
    second = open_source(lambda place: None, younger)
    read(second, Collected(), 10)
    for source, other in ((first, younger), (second, elder)):
        collected = Collected()
        read_until(source, collected, lambda source=source: bool(_sighted(source)))  # type: ignore[misc]
        (seen,) = _sighted(source)
        assert (seen.folder_id, seen.born_at, seen.run) == (other.folder_id, other.born_at, other.run)
        assert abs(datetime.now(UTC) - seen.seen_at) < timedelta(minutes=2)


def _sighted(source: Stream) -> tuple[Neighbour, ...]:
    found = source.sighting()
    return () if found is None else found.others


def test_a_folder_that_reads_other_topics_is_no_neighbour(backend: Backend, open_source: Opener) -> None:
    mentions, *_ = create_topics(backend)
    backend.send(mentions, numbered(1))
    reader = folder()
    read(open_source(lambda place: None, reader), Collected(), 1)
    ours, elsewhere = backend.settings, uuid.uuid4().hex[:8]
    backend.settings = ours.model_copy(
        update={name: f"{name}-{elsewhere}" for name in ("mentions_topic", "generations_topic", "moderations_topic")}
    )
    create_topics(backend)
    source = open_source(lambda place: None)
    read_until(source, Collected(), lambda: bool(source.lag()))
    assert source.sighting() == NeighbourSighting()


def test_an_idle_folder_is_seen_too(backend: Backend, open_source: Opener) -> None:
    create_topics(backend)
    idle, other = open_source(lambda place: None), open_source(lambda place: None)
    read_until(idle, Collected(), lambda: bool(_sighted(other)))


def test_lag(backend: Backend, open_source: Opener) -> None:
    mentions, *_ = create_topics(backend)
    backend.send(mentions, numbered(100))
    collected = Collected()
    source = open_source(collected.positions.get)
    read_until(source, collected, lambda: collected.count >= 10, most=10)
    assert source.lag()[mentions, 0] == 100 - collected.count
    read(source, collected, 100)
    read_until(source, collected, lambda: source.lag().get((mentions, 0)) == 0)


def test_broker_killed_and_started_again_in_mid_stream(backend: Backend, open_source: Opener) -> None:
    mentions, *_ = create_topics(backend, partitions=2)
    for partition in range(2):
        backend.send(mentions, numbered(500), partition)
    collected = Collected()
    source = open_source(collected.positions.get)
    read_until(source, collected, lambda: collected.count >= 300, most=100)
    backend.kill()
    read_until(source, collected, lambda: source.fault is not None)
    starting = threading.Thread(target=backend.start)
    starting.start()
    read(source, collected, 1000)
    starting.join()
    for partition in range(2):
        backend.send(mentions, numbered(50, 500), partition)
    read(source, collected, 1100)
    read_until(source, collected, lambda: source.fault is None)
    assert collected.messages == {(mentions, partition): numbered(550) for partition in range(2)}


def test_broker_down_at_start(backend: Backend, open_source: Opener) -> None:
    mentions, *_ = create_topics(backend)
    backend.send(mentions, numbered(10))
    backend.kill()
    collected = Collected()
    try:
        source = open_source(collected.positions.get)
        read_until(source, collected, lambda: source.fault is not None)
    finally:
        backend.start()
    read(source, collected, 10)
    assert source.fault is None
    assert collected.all() == numbered(10)


def test_retention_that_overtook_us_is_counted(backend: Backend, open_source: Opener) -> None:
    mentions, *_ = create_topics(backend)
    backend.send(mentions, numbered(100))
    backend.delete_records(mentions, 0, 60)
    collected = Collected()
    source = open_source({(mentions, 0): Position(20)}.get)
    read(source, collected, 40)
    assert collected.all() == numbered(40, 60)
    assert source.tracker.lost_messages == 40


def test_a_position_beyond_the_log_starts_it_anew(backend: Backend, open_source: Opener) -> None:
    mentions, *_ = create_topics(backend)
    backend.send(mentions, numbered(5))
    collected = Collected()
    source = open_source({(mentions, 0): Position(1000)}.get)
    read(source, collected, 5)
    assert collected.all() == numbered(5)
    assert source.tracker.restarts == 1


@pytest.mark.parametrize("anew", [5, 40], ids=["shorter than before", "longer than before"])
def test_topic_recreated_in_mid_stream(backend: Backend, open_source: Opener, anew: int) -> None:
    mentions, *_ = create_topics(backend)
    backend.send(mentions, numbered(20))
    collected = Collected()
    source = open_source(collected.positions.get)
    read(source, collected, 20)
    backend.delete_topic(mentions)
    read_until(source, collected, lambda: source.fault is not None)
    backend.create_topic(mentions)
    backend.send(mentions, numbered(anew, tag="new-"))
    read_until(source, collected, lambda: set(numbered(anew, tag="new-")) <= set(collected.all()))
    assert source.tracker.restarts >= 1


def test_a_consumer_that_was_held_up_goes_on(backend: Backend, open_source: Opener) -> None:
    """Ingest stopped polling (a full disk), for longer than the broker would have left us in a group."""
    mentions, *_ = create_topics(backend)
    backend.send(mentions, numbered(100))
    collected = Collected()
    source = open_source(collected.positions.get)
    read_until(source, collected, lambda: collected.count >= 10, most=10)
    time.sleep(4 if isinstance(backend, Genuine) else 0)
    backend.send(mentions, numbered(10, 100))
    read(source, collected, 110)
    assert collected.all() == numbered(110)
