"""A topic that is deleted and made anew, while nobody reads and while somebody does; on every Kafka, with either client."""

from typing import Any

import pytest

from tests.integration.sources.backends import Backend, Memory, folder
from tests.integration.sources.conftest import Opener
from tests.integration.sources.reader import Collected, read, read_until
from tests.integration.sources.test_contract import create_topics, more_partitions, numbered
from veille.events import Position


def emptied(collected: Collected) -> Collected:
    """A collection that goes on at the same positions."""
    found = Collected()
    found.positions = dict(collected.positions)
    return found


def read_and_close(backend: Backend, open_source: Opener, count: int) -> Collected:
    """So many messages of the first log, read and stored with its id."""
    backend.send(backend.settings.mentions_topic, numbered(count, tag="old-"))
    collected = Collected()
    source = open_source(collected.positions.get)
    read(source, collected, count)
    source.close()
    position = collected.positions[backend.settings.mentions_topic, 0]
    assert position.offset == count
    assert position.log_id
    return collected


@pytest.mark.parametrize(
    ("anew", "gone", "partitions"),
    [(3000, 0, 1), (800, 0, 1), (50, 0, 1), (3000, 1200, 1), (3000, 100, 1), (1000, 0, 3), (0, 0, 1)],
    ids=[
        "longer than before",
        "as long",
        "shorter",
        "longer, retention passed the position",
        "longer, retention began",
        "with more partitions",
        "empty",
    ],
)
def test_made_anew_while_nobody_reads(
    backend: Backend, open_source: Opener, anew: int, gone: int, partitions: int
) -> None:
    mentions, *_ = create_topics(backend)
    before = read_and_close(backend, open_source, 800)
    backend.delete_topic(mentions)
    backend.create_topic(mentions, partitions)
    for partition in range(partitions):
        backend.send(mentions, numbered(anew, tag=f"{partition}-"), partition)
    if gone:
        backend.delete_records(mentions, 0, gone)
    collected = emptied(before)
    source = open_source(collected.positions.get)
    read_until(
        source, collected, lambda: len(source.lag()) >= partitions and collected.count >= partitions * anew - gone
    )
    assert collected.messages == {
        (mentions, p): numbered(anew - gone, gone, tag=f"{p}-") for p in range(partitions) if anew
    }
    (change,) = source.changes()
    assert (change.place, change.reason) == ((mentions, 0), "recreated")
    assert (change.wanted, change.start, change.lost) == (800, gone, gone)
    assert source.tracker.restarts == 1
    source.close()
    again = emptied(collected)
    settled = open_source(again.positions.get)
    backend.send(mentions, numbered(5, tag="last-"))
    read(settled, again, 5)
    assert again.all() == numbered(5, tag="last-")
    assert [change.reason for change in settled.changes()] == ([] if anew else ["recreated"]), "told once it was read"


def test_the_same_topic_is_read_on_without_a_word(backend: Backend, open_source: Opener) -> None:
    mentions, *_ = create_topics(backend)
    collected = emptied(read_and_close(backend, open_source, 800))
    more_partitions(backend, 2)
    backend.send(mentions, numbered(10, 800, tag="old-"))
    backend.send(mentions, numbered(10, tag="new-"), partition=1)
    source = open_source(collected.positions.get)
    read(source, collected, 20)
    assert collected.messages == {(mentions, 0): numbered(10, 800, tag="old-"), (mentions, 1): numbered(10, tag="new-")}
    assert source.changes() == []


def test_a_position_without_an_id_takes_the_present_one(backend: Backend, open_source: Opener) -> None:
    mentions, *_ = create_topics(backend)
    backend.send(mentions, numbered(100))
    collected = Collected()
    source = open_source({(mentions, 0): Position(40)}.get)
    read(source, collected, 60)
    assert collected.all() == numbered(60, 40)
    (change,) = source.changes()
    assert (change.reason, change.log_id) == ("adopted", collected.positions[mentions, 0].log_id)


def test_made_anew_while_reading_and_never_seen_to_be_gone(backend: Backend, open_source: Opener) -> None:
    """Deleted and made anew between two looks at the broker: the new log is longer, nothing of it may be skipped."""
    mentions, *_ = create_topics(backend)
    backend.send(mentions, numbered(100, tag="old-"))
    collected = Collected()
    source = open_source(collected.positions.get)
    read(source, collected, 100)
    source.changes()
    backend.delete_topic(mentions)
    backend.create_topic(mentions)
    wanted = numbered(300, tag="new-")
    backend.send(mentions, wanted)
    read_until(source, collected, lambda: set(wanted) <= set(collected.all()))
    assert "recreated" in {change.reason for change in source.changes()}
    read_until(source, collected, lambda: source.fault is None)


def test_both_clients_name_a_topic_alike(backend: Backend, open_source: Opener) -> None:
    """A folder may change its client: the same topic must not look like another."""
    mentions, *_ = create_topics(backend)
    collected = emptied(read_and_close(backend, open_source, 10))
    if not isinstance(backend, Memory):
        other = {"kafka-python": "confluent", "confluent": "kafka-python"}[backend.settings.client]
        backend.settings = backend.settings.model_copy(update={"client": other})
    backend.send(mentions, numbered(5, tag="more-"))
    source = open_source(collected.positions.get)
    read(source, collected, 5)
    assert collected.all() == numbered(5, tag="more-")
    assert source.changes() == []


def test_without_ids_a_shorter_log_is_noticed_and_it_is_said(
    backend: Backend, open_source: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    mentions, *_ = create_topics(backend)
    without_ids(backend, monkeypatch)
    backend.send(mentions, numbered(50, tag="new-"))
    collected = Collected()
    source = open_source({(mentions, 0): Position(800)}.get, folder())
    read(source, collected, 50)
    assert collected.all() == numbered(50, tag="new-")
    assert [change.reason for change in source.changes()] == ["cut"]
    assert collected.positions[mentions, 0].log_id is None


def test_without_ids_an_older_leader_epoch_is_noticed(
    backend: Backend, open_source: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    if isinstance(backend, Memory):
        pytest.skip("logs in memory have no leaders")
    mentions, *_ = create_topics(backend)
    without_ids(backend, monkeypatch)
    backend.send(mentions, numbered(50))
    collected = Collected()
    source = open_source({(mentions, 0): Position(10, None, 7)}.get)
    read(source, collected, 50)
    assert collected.all() == numbered(50)
    assert [change.reason for change in source.changes()] == ["cut"]
    assert collected.positions[mentions, 0].leader_epoch == 0


def without_ids(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a broker before Kafka 2.8."""
    if isinstance(backend, Memory):
        backend.broker.gives_log_ids = False
        return
    from veille.sources import confluent_metadata, kafka_connection

    topic = confluent_metadata._topic

    def nameless(told: Any) -> confluent_metadata.Topic:
        found = topic(told)
        return confluent_metadata.Topic(None, found.partitions, found.led)

    monkeypatch.setattr(confluent_metadata, "_topic", nameless)
    monkeypatch.setattr(kafka_connection, "log_id_text", lambda topic_id: None)
