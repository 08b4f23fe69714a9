"""Events from Kafka with confluent-kafka (extra `fast`): as `KafkaSource` behaves, at several times the speed."""

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import groupby
from types import MappingProxyType
from typing import Any

from veille.config import Kafka
from veille.events import Place, Position
from veille.sources import options
from veille.sources.base import Chunk, NeighbourSighting, Start, StreamChange
from veille.sources.cloud_events import with_attributes
from veille.sources.confluent_faults import Listener, known, library, opened
from veille.sources.confluent_metadata import ANSWER_SECONDS, MetadataPoller
from veille.sources.membership import Membership, group_of
from veille.sources.topics import who_reads
from veille.sources.tracker import Tracker
from veille.sources.waiting import AwaitedResource

IDLE_SECONDS = 0.1


def _defaults(settings: Kafka, group: str) -> dict[str, Any]:
    """What we tell librdkafka unless `kafka.options` says otherwise."""
    return {
        "bootstrap.servers": settings.bootstrap_servers,
        "group.id": group,
        "client.id": "veille",
        "enable.auto.commit": False,
        "auto.offset.reset": "error",
        "allow.auto.create.topics": False,
        "topic.metadata.refresh.interval.ms": 3_000,
        "reconnect.backoff.max.ms": 2_000,
        "fetch.wait.max.ms": 100,
    }


class ConfluentSource:
    """All partitions of the three topics, read from the positions of the database. See `KafkaSource`."""

    on_broker = True
    left_out: Mapping[str, int] = MappingProxyType({})

    def __init__(self, settings: Kafka, start: Start) -> None:
        """start.positions: asked from the polling thread when a partition is met.

        Raises SourceError for options that cannot work, and where confluent-kafka is not installed.
        """
        options.check(settings)
        self._kafka = library()
        self._settings = settings
        self._topics = options.streamed(settings)
        self._me = Membership(start.folder)
        self.tracker = Tracker(self._topics, start.positions)
        self._broker = AwaitedResource("the Kafka broker is available")
        self._missing = AwaitedResource("all topics exist")
        self._placed: dict[Place, str | None] = {}
        self._settled = False
        chosen = _defaults(settings, group_of(settings, start.folder)) | options.confluent(settings)
        self._listener = Listener(settings)
        self._consumer = opened(self._kafka.Consumer, chosen, self._listener)
        self._metadata = self._open_poller(chosen)

    def _open_poller(self, chosen: Mapping[str, Any]) -> MetadataPoller:
        told = {"bootstrap.servers": self._settings.bootstrap_servers} | options.confluent(self._settings)
        self._admin = opened(self._kafka.admin.AdminClient, told, self._listener)
        seconds = float(chosen["topic.metadata.refresh.interval.ms"]) / 1000
        return MetadataPoller(self._settings, self._admin, self._listener, list(self._topics), seconds)

    @property
    def fault(self) -> str | None:
        """What is awaited at the moment, in one line; None while all is well."""
        return self._broker.reason or self._missing.reason

    @property
    def lost_messages(self) -> int:
        """See `Source.lost_messages`."""
        return self.tracker.lost_messages

    def poll(self, max_messages: int, timeout: float) -> list[Chunk]:
        """See `Source.poll`. Raises SourceError for a fault that does not pass: refused credentials, TLS, rights."""
        if self._metadata.turn():
            self._listener.error = None
            self._settled = False
        if not self._settled:
            self._settled = self._assign()
        # `consume` waits until it has all it was asked for, so it is asked for one, and then for what is there already.
        first = self._consumer.consume(1, timeout if self._placed else min(timeout, IDLE_SECONDS))
        rest = self._consumer.consume(max_messages - 1, 0) if first and max_messages > 1 else []
        messages = [message for message in first + rest if message.error() is None]
        if len(messages) < len(first) + len(rest):
            for message in first + rest:
                if message.error() is not None:
                    self._on_message_error(message)
        self._look_around(heard=bool(messages))
        self._commit(self._me.due(self._placed, time.monotonic()))
        return [
            self._chunk(place, list(run))
            for place, run in groupby(messages, lambda message: (message.topic(), message.partition()))
        ]

    def commit(self, positions: Mapping[Place, Position]) -> None:
        """See `Source.commit`: sent without waiting; what fails is sent again with the next batch."""
        self._me.stored(positions)
        self._commit(positions)

    def changes(self) -> list[StreamChange]:
        """See `Stream.changes`."""
        return self.tracker.changes()

    def sighting(self) -> NeighbourSighting | None:
        """See `Stream.sighting`: with a connection of its own."""
        return who_reads(self._settings, self._me)

    def lag(self) -> Mapping[Place, int]:
        """See `Source.lag`."""
        for place in self._placed:
            _, end = self._consumer.get_watermark_offsets(self._kafka.TopicPartition(*place), cached=True)
            if end >= 0:
                self.tracker.saw_end(place, end)
        return self.tracker.lag(self._placed)

    def close(self) -> None:
        """See `Source.close`."""
        with suppress(self._kafka.KafkaException, RuntimeError):
            self._consumer.close()

    def _commit(self, positions: Mapping[Place, Position]) -> None:
        note = self._me.note(datetime.now(UTC))
        offsets = [
            self._kafka.TopicPartition(*place, at.offset, note, *([] if at.leader_epoch is None else [at.leader_epoch]))
            for place, at in positions.items()
            if place in self._placed
        ]
        if offsets:
            with suppress(self._kafka.KafkaException):
                self._consumer.commit(offsets=offsets, asynchronous=True)

    def _chunk(self, place: Place, run: list[Any]) -> Chunk:
        contents, offsets = [message.value() for message in run], [message.offset() for message in run]
        if place[0] in self._settings.topics:
            contents = [with_attributes(message.value(), message.headers()) for message in run]
        return self.tracker.chunk(place, contents, offsets, run[-1].leader_epoch())

    def _assign(self) -> bool:
        """Assign what there is now, each new partition from its place; False where some could not be placed yet."""
        topics = self._metadata.topics or {}
        there = {(name, number) for name, topic in topics.items() for number in topic.partitions}
        led = {(name, number) for name, topic in topics.items() for number in topic.led}
        kept = {
            place: log_id
            for place, log_id in self._placed.items()
            if place in there and (log_id is None or self._log_id(place) in (None, log_id))
        }
        wanted = sorted(led - kept.keys())
        starts = self._starts(wanted)
        if starts or kept.keys() != self._placed.keys():
            self._placed = kept | {place: self._log_id(place) for place in starts}
            self._take_up(starts)
        return len(starts) == len(wanted)

    def _log_id(self, place: Place) -> str | None:
        topic = (self._metadata.topics or {}).get(place[0])
        return None if topic is None else topic.log_id

    def _take_up(self, starts: Mapping[Place, Position]) -> None:
        """Those that were read before go on where they are; what was fetched of them and not polled is fetched again."""
        for place, start in starts.items():
            self._me.placed(place, start)
        at = {place: starts.get(place) or self.tracker.wanted(place) for place in self._placed}
        self._consumer.assign(
            [self._kafka.TopicPartition(*place, start.offset) for place, start in at.items() if start is not None]
        )

    def _starts(self, places: Sequence[Place]) -> dict[Place, Position]:
        """Where to begin each; those whose log the broker does not describe now are left out."""
        if not places:
            return {}
        spec = self._kafka.admin.OffsetSpec
        asked = [self._kafka.TopicPartition(*place) for place in places]
        earliest, latest = (
            self._admin.list_offsets(dict.fromkeys(asked, kind), request_timeout=ANSWER_SECONDS)
            for kind in (spec.earliest(), spec.latest())
        )
        found: dict[Place, Position] = {}
        for place, begin, end in zip(places, earliest.values(), latest.values(), strict=True):
            try:
                first, last = begin.result(ANSWER_SECONDS), end.result(ANSWER_SECONDS)
            except (self._kafka.KafkaException, TimeoutError):
                continue
            epoch = last.leader_epoch if last.leader_epoch is not None and last.leader_epoch >= 0 else None
            found[place] = self.tracker.start(place, first.offset, last.offset, self._log_id(place), epoch)
        return found

    def _on_message_error(self, message: Any) -> None:
        error = message.error()
        if error.name() in ("_AUTO_OFFSET_RESET", "_LOG_TRUNCATION"):
            place = (message.topic(), message.partition())
            if error.name() == "_LOG_TRUNCATION":
                self.tracker.rewind(place, None)
            self._placed.pop(place, None)
            self._settled = False
        elif error.name() == "UNKNOWN_TOPIC_OR_PART":
            self._metadata.soon()
        elif error.fatal() or known(error.name()):
            raise self._listener.permanent(error.name())

    def _look_around(self, *, heard: bool) -> None:
        """Notice a broker that went silent, and topics that are not there."""
        self._listener.check()
        if heard:
            self._listener.error = None
            self._broker.is_over()
        elif self._metadata.reason is not None:
            servers = self._settings.bootstrap_servers
            self._broker.because(f"waiting for the Kafka broker at {servers}: {self._metadata.reason}")
        elif self._metadata.answers:
            self._broker.is_over()
        if self._listener.error is not None:
            self._metadata.soon()
        missing = self._metadata.missing
        if missing:
            self._missing.because(f"waiting for topics that do not exist: {', '.join(missing)}")
        else:
            self._missing.is_over()
