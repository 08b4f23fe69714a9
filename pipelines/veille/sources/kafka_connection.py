"""One kafka-python consumer in its group: every assigned partition is placed where the tracker wants it.

The library calls the rebalance listener on its own thread. There a new partition is only put on hold; the polling
thread then asks the database for its position, looks at what the log holds, seeks, and lets it go.
"""

import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from kafka import ConsumerRebalanceListener, KafkaConsumer, TopicPartition
from kafka.errors import KafkaError, LogTruncationError, OffsetOutOfRangeError, TopicAuthorizationFailedError
from kafka.structs import OffsetAndMetadata

from veille.events import Place
from veille.sources.tracker import Tracker

JOIN_MS = 1_000
OFFSETS_MS = 5_000
CLOSE_MS = 2_000


class Connection(ConsumerRebalanceListener):  # type: ignore[misc]  # the library has no types
    """Raises KafkaError or OSError where the broker does not let us in; the library's threads are then gone again."""

    def __init__(self, options: Mapping[str, Any], topics: Sequence[str]) -> None:
        self._topics = topics
        self._lock = threading.Lock()
        self._held: set[TopicPartition] = set()
        self._log_ids: dict[str, Any] = {}
        self._absent: dict[str, int] = {}
        self._consumer, client = _open(options)
        self._cluster = client.cluster
        self.heard_at = time.monotonic()
        """When the broker last answered a question about its topics (`time.monotonic`)."""
        self._cluster.add_listener(self._on_metadata)
        self._consumer.subscribe(list(topics), listener=self)

    def poll(self, max_messages: int, timeout: float, tracker: Tracker) -> dict[TopicPartition, list[Any]]:
        """Records by partition. Raises KafkaError for a failure of this moment or for good."""
        if self._cluster.unauthorized_topics:
            raise TopicAuthorizationFailedError
        self._finish_join()
        self._place_held(tracker)
        try:
            polled: dict[TopicPartition, list[Any]] = self._consumer.poll(int(timeout * 1000), max_messages)
        except OffsetOutOfRangeError as error:
            self._hold(error.args[0])
            return {}
        except LogTruncationError as error:
            for place, position in error.divergent_offsets.items():
                if position is not None:
                    tracker.rewind(tuple(place), position.offset)
            self._hold(error.divergent_offsets)
            return {}
        for place in self._consumer.assignment():
            end = self._consumer.highwater(place)
            if end is not None:
                tracker.saw_end(tuple(place), end)
        return polled

    def assigned(self) -> list[Place]:
        return [tuple(place) for place in self._consumer.assignment()]

    def missing_topics(self) -> list[str]:
        """Subscribed topics that the last two answers of the broker did not know."""
        return [topic for topic, times in self._absent.copy().items() if times > 1]

    def commit(self, positions: Mapping[Place, int]) -> None:
        """Send the group's offsets without waiting for the answer."""
        mine = self._consumer.assignment()
        offsets = {TopicPartition(*place): OffsetAndMetadata(at, "", -1) for place, at in positions.items()}
        owned = {place: offset for place, offset in offsets.items() if place in mine}
        if owned:
            with suppress(KafkaError):
                self._consumer.commit_async(owned)

    def close(self) -> None:
        with suppress(Exception):  # whatever is left of it, the process no longer needs it
            self._consumer.close(autocommit=False, timeout_ms=CLOSE_MS)

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        self._hold(assigned)

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        with self._lock:
            self._held -= set(revoked)

    def _finish_join(self) -> None:
        """See a rebalance through that outlasted the poll in which it began.

        kafka-python 3.0 forgets one that it began itself because partitions or topics appeared: it no longer waits for
        the answer, is never assigned anything, and sends no heartbeats.
        """
        coordinator = self._consumer._coordinator
        if coordinator.rejoining:
            coordinator.request_rejoin()
            coordinator.poll(timeout_ms=JOIN_MS)

    def _hold(self, places: Iterable[TopicPartition]) -> None:
        """Nothing is fetched from these until they are placed. The seek keeps the library from placing them itself."""
        with self._lock:
            for place in set(places) & self._consumer.assignment():
                self._consumer.pause(place)
                self._consumer.seek(place, 0)
                self._held.add(place)

    def _place_held(self, tracker: Tracker) -> None:
        known = {topic: self._cluster.partitions_for_topic(topic) or () for topic in self._topics}
        with self._lock:
            held = [place for place in self._held if place.partition in known[place.topic]]
        if not held:
            return
        earliest = self._consumer.beginning_offsets(held, timeout_ms=OFFSETS_MS)
        ends = self._consumer.end_offsets(held, timeout_ms=OFFSETS_MS)
        for place in sorted(held):
            start = tracker.start(tuple(place), earliest[place], ends[place], self._cluster.topic_id(place.topic))
            with self._lock:
                if place in self._held and place in self._consumer.assignment():
                    self._consumer.seek(place, start)
                    self._consumer.resume(place)
                self._held.discard(place)

    def _on_metadata(self, cluster: Any) -> None:
        """On the library's thread, at each answer of the broker about its topics."""
        self.heard_at = time.monotonic()
        for topic in self._topics:
            absent = cluster.partitions_for_topic(topic) is None
            self._absent[topic] = self._absent.get(topic, 0) + 1 if absent else 0
            log_id = cluster.topic_id(topic)
            if log_id is not None:
                if self._log_ids.setdefault(topic, log_id) != log_id:
                    self._hold([place for place in self._consumer.assignment() if place.topic == topic])
                self._log_ids[topic] = log_id


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
