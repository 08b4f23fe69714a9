"""One kafka-python consumer that reads all partitions of the topics, each from where the tracker wants it.

Partitions are assigned by hand: no other consumer can take one away. The library reports what the broker says of its
topics on a thread of its own; the polling thread then looks up the offsets of what is new, and assigns it.
"""

import base64
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError, LogTruncationError, OffsetOutOfRangeError, TopicAuthorizationFailedError
from kafka.structs import OffsetAndMetadata

from veille.events import Place, Position
from veille.sources.tracker import Tracker

OFFSETS_MS = 5_000
CLOSE_MS = 2_000
IDLE_SECONDS = 0.1


class KafkaConnection:
    """Raises KafkaError or OSError where the broker does not let us in; the library's threads are then gone again."""

    def __init__(self, options: Mapping[str, Any], topics: Sequence[str]) -> None:
        self._topics = topics
        self._absent: dict[str, int] = {}
        self._placed: dict[TopicPartition, str | None] = {}
        """Assigned partitions, and the topic id under which each was placed."""
        self._new: dict[Place, Position] = {}
        self._looked = False
        self.recreated = False
        """A topic has another id than when it was placed: what the consumer still holds of it is of no use."""
        self._consumer, client = _open(options)
        self._cluster = client.cluster
        self.heard_at = time.monotonic()
        """When the broker last answered a question about its topics (`time.monotonic`)."""
        self._cluster.add_listener(self._on_metadata)
        self._cluster.set_topics(topics)

    def poll(self, max_messages: int, timeout: float, tracker: Tracker) -> dict[TopicPartition, list[Any]]:
        """Records by partition. Raises KafkaError for a failure of this moment or for good."""
        if self._cluster.unauthorized_topics:
            raise TopicAuthorizationFailedError
        if not self._looked:
            self._looked = True
            try:
                self._assign(tracker)
            except BaseException:
                self._looked = False
                raise
        if not self._placed:
            time.sleep(min(timeout, IDLE_SECONDS))
            return {}
        try:
            polled: dict[TopicPartition, list[Any]] = self._consumer.poll(int(timeout * 1000), max_messages)
        except OffsetOutOfRangeError as error:
            self._take_back(error.args[0])
            return {}
        except LogTruncationError as error:
            for place, position in error.divergent_offsets.items():
                tracker.rewind(tuple(place), _position(position))
            self._take_back(error.divergent_offsets)
            return {}
        for place in self._placed:
            end = self._consumer.highwater(place)
            if end is not None:
                tracker.saw_end(tuple(place), end)
        return polled

    def assigned(self) -> list[Place]:
        return [tuple(place) for place in self._placed]

    def newly_placed(self) -> list[tuple[Place, Position]]:
        """Partitions that were assigned since the last call, and where each begins."""
        found, self._new = self._new, {}
        return list(found.items())

    def missing_topics(self) -> list[str]:
        """Topics that the last two answers of the broker did not know."""
        return [topic for topic, times in self._absent.copy().items() if times > 1]

    def commit(self, positions: Mapping[Place, Position], note: str) -> None:
        """Send the group's offsets, each with the note, without waiting for the answer."""
        owned = {
            TopicPartition(*place): _offset(at, note)
            for place, at in positions.items()
            if TopicPartition(*place) in self._placed
        }
        if owned:
            with suppress(KafkaError):
                self._consumer.commit_async(owned)

    def close(self) -> None:
        with suppress(Exception):  # whatever is left of it, the process no longer needs it
            self._consumer.close(autocommit=False, timeout_ms=CLOSE_MS)

    def _assign(self, tracker: Tracker) -> None:
        """Assign what there is now: what is new is placed first, and waits while it has no leader."""
        there = {topic: self._cluster.partitions_for_topic(topic) or () for topic in self._topics}
        led = {topic: self._cluster.available_partitions_for_topic(topic) or () for topic in self._topics}
        kept = {place: log_id for place, log_id in self._placed.items() if place.partition in there[place.topic]}
        log_ids = {topic: log_id_text(self._cluster.topic_id(topic)) for topic in self._topics}
        if any(log_id is not None and log_ids[place.topic] not in (None, log_id) for place, log_id in kept.items()):
            self.recreated = True
            return
        new = sorted(
            place
            for topic in self._topics
            for place in (TopicPartition(topic, p) for p in led[topic])
            if place not in kept
        )
        if any(set(there[topic]) - set(led[topic]) for topic in self._topics):
            self._looked = False
        starts = self._starts(new, log_ids, tracker)
        if kept.keys() | starts.keys() == self._placed.keys() and not starts:
            return
        self._placed = kept | {place: log_ids[place.topic] for place in starts}
        self._consumer.assign(list(self._placed))
        for place, start in starts.items():
            self._new[tuple(place)] = start
            self._consumer.seek(place, start.offset)

    def _starts(
        self, new: Sequence[TopicPartition], log_ids: Mapping[str, str | None], tracker: Tracker
    ) -> dict[TopicPartition, Position]:
        if not new:
            return {}
        earliest = self._consumer.beginning_offsets(new, timeout_ms=OFFSETS_MS)
        ends = self._consumer.end_offsets(new, timeout_ms=OFFSETS_MS)
        return {
            place: tracker.start(
                tuple(place), earliest[place], ends[place], log_ids[place.topic], self._leader_epoch(place)
            )
            for place in new
        }

    def _leader_epoch(self, place: TopicPartition) -> int | None:
        epoch = self._cluster.leader_epoch_for_partition(place)
        return epoch if epoch is not None and epoch >= 0 else None

    def _take_back(self, places: Mapping[TopicPartition, Any]) -> None:
        """These do not fit their logs: they are placed anew at the next poll."""
        self._placed = {place: log_id for place, log_id in self._placed.items() if place not in places}
        self._consumer.assign(list(self._placed))
        self._looked = False

    def _on_metadata(self, cluster: Any) -> None:
        """On the library's thread, at each answer of the broker about its topics."""
        self.heard_at = time.monotonic()
        self._looked = False
        for topic in self._topics:
            absent = cluster.partitions_for_topic(topic) is None
            self._absent[topic] = self._absent.get(topic, 0) + 1 if absent else 0


def log_id_text(topic_id: UUID | None) -> str | None:
    """A topic's id as Kafka's own tools and librdkafka write it; None where the broker gives none."""
    if topic_id is None or topic_id.int == 0:
        return None
    return base64.urlsafe_b64encode(topic_id.bytes).decode().rstrip("=")


def _offset(position: Position, note: str) -> OffsetAndMetadata:
    return OffsetAndMetadata(position.offset, note, -1 if position.leader_epoch is None else position.leader_epoch)


def _position(offset: OffsetAndMetadata | None) -> Position | None:
    if offset is None:
        return None
    return Position(offset.offset, leader_epoch=offset.leader_epoch if offset.leader_epoch >= 0 else None)


def _open(options: Mapping[str, Any]) -> tuple[Any, Any]:
    """A consumer and its network client, which is closed where the consumer cannot be made."""
    clients: list[Any] = []

    def client(**configs: Any) -> Any:
        clients.append(KafkaConsumer.DEFAULT_CONFIG["kafka_client"](**configs))
        return clients[-1]

    try:
        return KafkaConsumer(**options, kafka_client=client), clients[0]
    except BaseException:
        for made in clients:
            made.close()
        raise
