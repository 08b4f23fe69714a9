"""A Kafka in memory: topics, partitions, committed offsets, retention and outages, for tests without a broker."""

import threading
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import count
from types import MappingProxyType

from veille.config import Kafka
from veille.events import Place, Position
from veille.sources import options
from veille.sources.base import Chunk, NeighbourSighting, Start, StreamChange
from veille.sources.membership import Membership, group_of, is_group, sighting
from veille.sources.tracker import Tracker
from veille.sources.waiting import AwaitedResource


class MemoryBroker:
    """Holds logs. Every method may be called from any thread, also while sources read."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.up = True
        self._logs: dict[Place, MemoryLog] = {}
        self._committed: dict[str, dict[Place, tuple[int, str | None]]] = {}
        self._created = count(1)
        self.gives_log_ids = True
        """False: as a broker before Kafka 2.8."""
        self.lists_groups = True
        """False: as a broker that does not let us see the groups of others."""

    def create_topic(self, name: str, partitions: int = 1) -> None:
        """Add a topic, or partitions to one."""
        with self.changed:
            ids = [log.log_id for (topic, _), log in self._logs.items() if topic == name]
            log_id = ids[0] if ids else f"topic-{next(self._created)}"
            for partition in range(partitions):
                self._logs.setdefault((name, partition), MemoryLog(log_id))
            self.changed.notify_all()

    def delete_topic(self, name: str) -> None:
        with self.changed:
            self._logs = {place: log for place, log in self._logs.items() if place[0] != name}

    def send(self, topic: str, partition: int, messages: Iterable[bytes | None]) -> None:
        """Append messages. Raises KeyError where there is no such partition."""
        with self.changed:
            self._logs[topic, partition].messages.extend(messages)
            self.changed.notify_all()

    def delete_records(self, topic: str, partition: int, before: int) -> None:
        """Forget messages below an offset, as retention does."""
        with self.changed:
            log = self._logs[topic, partition]
            del log.messages[: before - log.earliest]
            log.earliest = before

    def outage(self, *, over: bool = False) -> None:
        """From now on nothing is answered, until it is over."""
        with self.changed:
            self.up = over
            self.changed.notify_all()

    def end_offsets(self, topic: str) -> dict[int, int]:
        """Partition → offset of the next message."""
        with self.changed:
            return {place[1]: log.end for place, log in self._logs.items() if place[0] == topic}

    def committed(self, group: str) -> dict[Place, int]:
        """What a group has committed."""
        with self.changed:
            return {place: offset for place, (offset, _) in self._committed.get(group, {}).items()}

    def groups(self) -> dict[str, dict[Place, tuple[int, str | None]]]:
        """Group → partition → offset and note."""
        with self.changed:
            return {group: dict(committed) for group, committed in self._committed.items()}

    def commit(self, group: str, positions: Mapping[Place, Position], note: str) -> None:
        with self.changed:
            noted = {place: (at.offset, note) for place, at in positions.items()}
            self._committed.setdefault(group, {}).update(noted)

    def logs(self, topics: Iterable[str]) -> "dict[Place, MemoryLog]":
        """All partitions of the topics; the caller holds `changed`."""
        wanted = set(topics)
        return {place: log for place, log in sorted(self._logs.items()) if place[0] in wanted}

    def missing(self, topics: Iterable[str]) -> list[str]:
        """Topics that do not exist; the caller holds `changed`."""
        there = {topic for topic, _ in self._logs}
        return [topic for topic in topics if topic not in there]


class MemoryLog:
    """One partition: messages from offset `earliest` on."""

    def __init__(self, log_id: str) -> None:
        self.log_id = log_id
        self.earliest = 0
        self.messages: list[bytes | None] = []

    @property
    def end(self) -> int:
        return self.earliest + len(self.messages)

    def read(self, start: int, most: int) -> list[bytes | None]:
        return self.messages[start - self.earliest : start - self.earliest + most]


class MemorySource:
    """Reads a MemoryBroker as KafkaSource reads Kafka."""

    on_broker = True
    left_out: Mapping[str, int] = MappingProxyType({})

    def __init__(self, broker: MemoryBroker, settings: Kafka, start: Start) -> None:
        """start.positions: asked when a partition is met."""
        self._broker = broker
        self._settings = settings
        self._topics = options.streamed(settings)
        self._me = Membership(start.folder)
        self._group = group_of(settings, start.folder)
        self.tracker = Tracker(self._topics, start.positions)
        self._outage = AwaitedResource("the broker is available")
        self._missing = AwaitedResource("all topics exist")
        self._placed: dict[Place, MemoryLog] = {}

    @property
    def fault(self) -> str | None:
        """What is awaited at the moment; None while all is well."""
        return self._outage.reason or self._missing.reason

    @property
    def lost_messages(self) -> int:
        """See `Source.lost_messages`."""
        return self.tracker.lost_messages

    def poll(self, max_messages: int, timeout: float) -> list[Chunk]:
        """See `Source.poll`."""
        deadline = time.monotonic() + timeout
        with self._broker.changed:
            while True:
                chunks = self._fetch(max_messages)
                left = deadline - time.monotonic()
                if chunks or left <= 0:
                    return chunks
                self._broker.changed.wait(left)

    def commit(self, positions: Mapping[Place, Position]) -> None:
        """See `Source.commit`."""
        self._me.stored(positions)
        if self._broker.up:
            self._broker.commit(self._group, positions, self._me.note(datetime.now(UTC)))

    def changes(self) -> list[StreamChange]:
        """See `Stream.changes`."""
        return self.tracker.changes()

    def sighting(self) -> NeighbourSighting | None:
        """See `Stream.sighting`."""
        if not self._broker.up:
            return None
        listed = self._broker.groups() if self._broker.lists_groups else {}
        groups = {group: committed for group, committed in listed.items() if is_group(self._settings, group)}
        return sighting(groups, self._topics, self._me, complete=self._broker.lists_groups)

    def lag(self) -> Mapping[Place, int]:
        """See `Source.lag`."""
        return self.tracker.lag(self._placed)

    def close(self) -> None:
        """See `Source.close`."""

    def _fetch(self, max_messages: int) -> list[Chunk]:
        if not self._broker.up:
            self._outage.because("waiting for the broker")
            return []
        self._outage.is_over()
        missing = self._broker.missing(self._topics)
        if missing:
            self._missing.because(f"waiting for topics that do not exist: {', '.join(missing)}")
        else:
            self._missing.is_over()
        logs = self._broker.logs(self._topics)
        chunks = []
        for place, log in logs.items():
            start = self._start(place, log)
            self.tracker.saw_end(place, log.end)
            messages = log.read(start, max_messages)
            max_messages -= len(messages)
            if messages:
                chunks.append(self.tracker.chunk(place, messages, range(start, start + len(messages))))
        self._placed = logs
        due = self._me.due(logs, time.monotonic())
        if due:
            self.commit(due)
        return chunks

    def _start(self, place: Place, log: MemoryLog) -> int:
        wanted = self.tracker.wanted(place)
        known = wanted is not None and self._placed.get(place) is log
        if wanted is not None and known and log.earliest <= wanted.offset <= log.end:
            return wanted.offset
        start = self.tracker.start(place, log.earliest, log.end, log.log_id if self._broker.gives_log_ids else None)
        self._me.placed(place, start)
        return start.offset
