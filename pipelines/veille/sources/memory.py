"""A Kafka in memory: topics, partitions, groups, retention and outages, for tests and trials without a broker."""

import threading
import time
from collections.abc import Iterable, Mapping
from itertools import count

from veille.config import Kafka
from veille.events import Place
from veille.sources import options
from veille.sources.base import Chunk
from veille.sources.tracker import Positions, Tracker
from veille.sources.waiting import Waiting


class MemoryBroker:
    """Holds logs. Every method may be called from any thread, also while sources read."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.up = True
        self._logs: dict[Place, MemoryLog] = {}
        self._groups: dict[str, list[MemorySource]] = {}
        self._committed: dict[str, dict[Place, int]] = {}
        self._log_ids = count()

    def create_topic(self, name: str, partitions: int = 1) -> None:
        """Add a topic, or partitions to one."""
        with self.changed:
            for partition in range(partitions):
                self._logs.setdefault((name, partition), MemoryLog(next(self._log_ids)))
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
            return dict(self._committed.get(group, {}))

    def commit(self, group: str, positions: Mapping[Place, int]) -> None:
        with self.changed:
            self._committed.setdefault(group, {}).update(positions)

    def join(self, group: str, member: "MemorySource") -> None:
        with self.changed:
            self._groups.setdefault(group, []).append(member)
            self.changed.notify_all()

    def leave(self, group: str, member: "MemorySource") -> None:
        with self.changed:
            self._groups[group] = [other for other in self._groups[group] if other is not member]
            self.changed.notify_all()

    def assignment(self, group: str, member: "MemorySource", topics: Iterable[str]) -> "dict[Place, MemoryLog]":
        """The logs that fall to one member; the caller holds `changed`."""
        members = self._groups[group]
        mine = members.index(member)
        places = sorted(place for place in self._logs if place[0] in topics)
        return {place: self._logs[place] for turn, place in enumerate(places) if turn % len(members) == mine}

    def missing(self, topics: Iterable[str]) -> list[str]:
        """Topics that do not exist; the caller holds `changed`."""
        there = {topic for topic, _ in self._logs}
        return [topic for topic in topics if topic not in there]


class MemoryLog:
    """One partition: messages from offset `earliest` on."""

    def __init__(self, log_id: int) -> None:
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

    def __init__(self, broker: MemoryBroker, settings: Kafka, positions: Positions) -> None:
        """positions: asked when a partition is assigned."""
        self._broker = broker
        self._group = settings.group_id
        self._topics = options.topics(settings)
        self.tracker = Tracker(self._topics, positions)
        self._outage = Waiting("the broker is there")
        self._missing = Waiting("all topics are there")
        self._assigned: dict[Place, MemoryLog] = {}
        broker.join(self._group, self)

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

    def commit(self, positions: Mapping[Place, int]) -> None:
        """See `Source.commit`."""
        if self._broker.up:
            self._broker.commit(self._group, positions)

    def lag(self) -> Mapping[Place, int]:
        """See `Source.lag`."""
        return self.tracker.lag(self._assigned)

    def close(self) -> None:
        """See `Source.close`."""
        self._broker.leave(self._group, self)

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
        self._reassign()
        chunks = []
        for place, log in self._assigned.items():
            start = self._start(place, log)
            self.tracker.saw_end(place, log.end)
            messages = log.read(start, max_messages)
            max_messages -= len(messages)
            if messages:
                chunks.append(self.tracker.chunk(place, messages, range(start, start + len(messages))))
        return chunks

    def _reassign(self) -> None:
        assigned = self._broker.assignment(self._group, self, self._topics)
        for place, log in assigned.items():
            if self._assigned.get(place) is not log:
                self.tracker.start(place, log.earliest, log.end, log.log_id)
        self._assigned = assigned

    def _start(self, place: Place, log: MemoryLog) -> int:
        start = self.tracker.wanted(place)
        if start is None or not log.earliest <= start <= log.end:
            return self.tracker.start(place, log.earliest, log.end, log.log_id)
        return start
