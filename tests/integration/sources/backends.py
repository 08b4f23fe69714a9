"""What the contract tests need of a Kafka, for the one in memory and the genuine one with either client."""

import secrets
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from tests.kafka_broker import Broker
from tests.memory_broker import MemoryBroker, MemorySource
from veille.config import Kafka
from veille.events import FolderId, Place
from veille.sources.base import Positions, Start, Stream
from veille.sources.membership import group_of
from veille.sources.streams import open_stream
from veille.sources.tracker import Tracker

QUICK = {"metadata_max_age_ms": 500}


def folder(born_at: datetime | None = None) -> FolderId:
    """The id of a folder that no other test has."""
    return FolderId(secrets.token_hex(16), born_at or datetime.now(UTC), secrets.token_hex(8))


def starting(positions: Positions = lambda place: None) -> Start:
    """What a stream of a new folder begins with."""
    return Start(positions, folder())


class Tracked(Stream, Protocol):
    """A source of the live stream."""

    tracker: Tracker


class Backend(Protocol):
    """One Kafka. `settings` names topics and a group that no other test uses; none of the topics exists yet."""

    settings: Kafka

    def create_topic(self, name: str, partitions: int = 1) -> None: ...
    def delete_topic(self, name: str) -> None: ...
    def delete_records(self, topic: str, partition: int, before: int) -> None: ...
    def end_offsets(self, topic: str) -> Mapping[int, int]: ...
    def send(
        self, topic: str, messages: Iterable[bytes | None], partition: int = 0, compression: str = "none"
    ) -> None: ...
    def open(self, start: Start) -> Tracked: ...
    def kill(self) -> None: ...
    def start(self) -> None: ...
    def committed(self, folder: FolderId) -> Mapping[Place, int]: ...


def _settings(**fields: Any) -> Kafka:
    tag = uuid.uuid4().hex[:8]
    return Kafka(
        group_id=f"group-{tag}",
        mentions_topic=f"mentions-{tag}",
        generations_topic=f"generations-{tag}",
        moderations_topic=f"moderations-{tag}",
        **fields,
    )


class Memory:
    """The fake."""

    def __init__(self) -> None:
        self.settings = _settings()
        self.broker = MemoryBroker()
        self.create_topic = self.broker.create_topic
        self.delete_topic = self.broker.delete_topic
        self.delete_records = self.broker.delete_records
        self.end_offsets = self.broker.end_offsets
        self.kill = self.broker.outage

    def send(self, topic: str, messages: Iterable[bytes | None], partition: int = 0, compression: str = "none") -> None:
        self.broker.send(topic, partition, messages)

    def open(self, start: Start) -> MemorySource:
        return MemorySource(self.broker, self.settings, start)

    def start(self) -> None:
        self.broker.outage(over=True)

    def committed(self, folder: FolderId) -> Mapping[Place, int]:
        return self.broker.committed(group_of(self.settings, folder))


class Genuine:
    """A real broker, read with one of the clients."""

    def __init__(self, broker: Broker, client: str) -> None:
        self.settings = _settings(client=client, bootstrap_servers=broker.bootstrap_servers, options=QUICK)
        self.broker = broker
        self.create_topic: Callable[..., None] = broker.create_topic
        self.delete_topic = broker.delete_topic
        self.delete_records = broker.delete_records
        self.end_offsets = broker.end_offsets
        self.kill = broker.kill
        self.start = broker.start

    def send(self, topic: str, messages: Iterable[bytes | None], partition: int = 0, compression: str = "none") -> None:
        from confluent_kafka import Producer

        failed: list[str] = []
        # In order without idempotence, which a broker that was just started grants only after a second or two.
        options = {"compression.type": compression, "message.max.bytes": 12_000_000, "max.in.flight": 1}
        producer = Producer({"bootstrap.servers": self.settings.bootstrap_servers, **options})
        for message in messages:
            producer.produce(
                topic,
                message,
                partition=partition,
                on_delivery=lambda error, _: failed.append(str(error)) if error else None,
            )
            producer.poll(0)
        assert producer.flush(30) == 0
        assert not failed

    def open(self, start: Start) -> Tracked:
        source = open_stream(self.settings, start)
        assert hasattr(source, "tracker")
        return source  # type: ignore[return-value]

    def committed(self, folder: FolderId) -> Mapping[Place, int]:
        return self.broker.committed(group_of(self.settings, folder))
