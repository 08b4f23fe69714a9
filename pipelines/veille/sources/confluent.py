"""Events from Kafka with confluent-kafka (extra `fast`): as `KafkaSource` behaves, at several times the speed."""

import time
from collections.abc import Mapping
from contextlib import suppress
from itertools import groupby
from typing import Any

from veille.config import Kafka
from veille.events import Place
from veille.sources import options
from veille.sources.base import Chunk
from veille.sources.confluent_faults import Listener, known, library, opened
from veille.sources.tracker import Positions, Tracker
from veille.sources.waiting import Waiting

LOOK_SECONDS = 0.5
ANSWER_SECONDS = 2.0


def _defaults(settings: Kafka) -> dict[str, Any]:
    """What we tell librdkafka unless `kafka.options` says otherwise."""
    return {
        "bootstrap.servers": settings.bootstrap_servers,
        "group.id": settings.group_id,
        "client.id": "veille",
        "session.timeout.ms": int(settings.session_timeout_seconds * 1000),
        "heartbeat.interval.ms": min(3_000, int(settings.session_timeout_seconds * 1000) // 3),
        "enable.auto.commit": False,
        "auto.offset.reset": "error",
        "allow.auto.create.topics": False,
        "topic.metadata.refresh.interval.ms": 3_000,
        "reconnect.backoff.max.ms": 2_000,
        "fetch.wait.max.ms": 100,
    }


class ConfluentSource:
    """The three topics, read in a consumer group from the positions of the database. See `KafkaSource`."""

    def __init__(self, settings: Kafka, positions: Positions) -> None:
        """positions: asked from the polling thread when a partition is assigned.

        Raises SourceError for options that cannot work, and where confluent-kafka is not installed.
        """
        options.check(settings)
        self._kafka = library()
        self._settings = settings
        self._topics = options.topics(settings)
        self.tracker = Tracker(self._topics, positions)
        self._broker = Waiting("the Kafka broker is there")
        self._missing = Waiting("all topics are there")
        self._listener = Listener(settings)
        self._absent = False
        self._look_at = 0.0
        self._admin_options = {"bootstrap.servers": settings.bootstrap_servers} | options.confluent(settings)
        chosen = _defaults(settings) | options.confluent(settings)
        self._consumer = opened(self._kafka.Consumer, chosen, self._listener)
        self._consumer.subscribe(list(self._topics), on_assign=self._on_assign)

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
        # `consume` waits until it has all it was asked for, so it is asked for one, and then for what is there already.
        first = self._consumer.consume(1, timeout)
        rest = self._consumer.consume(max_messages - 1, 0) if first and max_messages > 1 else []
        messages = [message for message in first + rest if message.error() is None]
        if len(messages) < len(first) + len(rest):
            for message in first + rest:
                if message.error() is not None:
                    self._on_message_error(message)
        self._look_around(heard=bool(messages))
        return [
            self._chunk(place, list(run))
            for place, run in groupby(messages, lambda message: (message.topic(), message.partition()))
        ]

    def commit(self, positions: Mapping[Place, int]) -> None:
        """See `Source.commit`: sent without waiting; what fails is sent again with the next batch."""
        mine = set(self._assigned())
        offsets = [self._kafka.TopicPartition(*place, at) for place, at in positions.items() if place in mine]
        if offsets:
            with suppress(self._kafka.KafkaException):
                self._consumer.commit(offsets=offsets, asynchronous=True)

    def lag(self) -> Mapping[Place, int]:
        """See `Source.lag`."""
        assigned = self._assigned()
        for place in assigned:
            _, end = self._consumer.get_watermark_offsets(self._kafka.TopicPartition(*place), cached=True)
            if end >= 0:
                self.tracker.saw_end(place, end)
        return self.tracker.lag(assigned)

    def close(self) -> None:
        """See `Source.close`."""
        with suppress(self._kafka.KafkaException, RuntimeError):
            self._consumer.close()

    def _assigned(self) -> list[Place]:
        return [(place.topic, place.partition) for place in self._consumer.assignment()]

    def _chunk(self, place: Place, run: list[Any]) -> Chunk:
        return self.tracker.chunk(place, [message.value() for message in run], [message.offset() for message in run])

    def _on_assign(self, consumer: Any, assigned: list[Any]) -> None:
        """Called inside `consume`, so on the polling thread."""
        log_ids = self._log_ids({place.topic for place in assigned})
        for place in assigned:
            place.offset = self._start(place, log_ids.get(place.topic))
        consumer.assign(assigned)

    def _start(self, place: Any, log_id: Any) -> int:
        where = (place.topic, place.partition)
        try:
            earliest, end = self._consumer.get_watermark_offsets(place, timeout=ANSWER_SECONDS)
        except self._kafka.KafkaException:
            # If the position turns out not to fit, an error message says so later.
            wanted = self.tracker.wanted(where)
            return int(self._kafka.OFFSET_BEGINNING) if wanted is None else wanted
        return self.tracker.start(where, earliest, end, log_id)

    def _log_ids(self, topics: set[str]) -> dict[str, str]:
        """Topic → the id that it does not share with an earlier topic of its name; empty where nobody tells."""
        admin = opened(self._kafka.admin.AdminClient, self._admin_options, Listener(self._settings))
        try:
            asked = admin.describe_topics(self._kafka.TopicCollection(sorted(topics)), request_timeout=ANSWER_SECONDS)
            return {topic: str(answer.result().topic_id) for topic, answer in asked.items()}
        except (self._kafka.KafkaException, ValueError):
            return {}

    def _on_message_error(self, message: Any) -> None:
        error = message.error()
        if error.name() == "_AUTO_OFFSET_RESET":
            place = self._kafka.TopicPartition(message.topic(), message.partition())
            place.offset = self._start(place, None)
            self._consumer.seek(place)
        elif error.name() == "UNKNOWN_TOPIC_OR_PART":
            self._absent = True
        elif error.fatal() or known(error.name()):
            raise self._listener.permanent(error.name())

    def _look_around(self, *, heard: bool) -> None:
        """Where something is amiss, ask the broker for its topics: is it back, are they there?"""
        self._listener.check()
        if heard:
            self._listener.error = None
            self._broker.is_over()
        now = time.monotonic()
        if now < self._look_at or (self._listener.error is None and not self._absent):
            return
        try:
            there = self._consumer.list_topics(timeout=LOOK_SECONDS).topics
        except self._kafka.KafkaException as error:
            reason = self._listener.explain(error.args[0].name())
            self._broker.because(f"waiting for the Kafka broker at {self._settings.bootstrap_servers}: {reason}")
        else:
            self._listener.error = None
            self._broker.is_over()
            self._say_missing([topic for topic in self._topics if topic not in there])
        self._look_at = time.monotonic() + LOOK_SECONDS

    def _say_missing(self, missing: list[str]) -> None:
        self._absent = bool(missing)
        if missing:
            self._missing.because(f"waiting for topics that do not exist: {', '.join(missing)}")
        else:
            self._missing.is_over()
