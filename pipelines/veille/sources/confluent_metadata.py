"""What the broker says of the topics, asked again and again without waiting: for confluent-kafka, which tells nobody."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from veille.config import Kafka
from veille.sources.confluent_faults import Listener, known, library

REFRESH_SECONDS = 3.0
ANSWER_SECONDS = 2.0
AGAIN_SECONDS = 0.5
SILENT_AFTER_ANSWERS = 2
_URL_SAFE = str.maketrans("+/", "-_")
_NO_ID = "AAAAAAAAAAAAAAAAAAAAAA"
"""What librdkafka writes where the broker gives no id."""


@dataclass(frozen=True, slots=True)
class Topic:
    """log_id: None where the broker gives none. partitions: all there are; led: those that can be read now."""

    log_id: str | None
    partitions: frozenset[int]
    led: frozenset[int]


class MetadataPoller:
    """Asks for the topics each few seconds. Used by one thread.

    topics: what there is by the last answer; None before the first. answers: how many there were. missing: what the last
    two answers did not know.
    """

    def __init__(self, settings: Kafka, admin: Any, listener: Listener, topics: Sequence[str], seconds: float) -> None:
        self._admin, self._listener, self._names = admin, listener, topics
        self._seconds = min(seconds, REFRESH_SECONDS)
        self._asked: Mapping[str, Any] | None = None
        self._asked_at = self._next_at = 0.0
        self._absent: dict[str, int] = {}
        self._silent = 0
        self.topics: Mapping[str, Topic] | None = None
        self.answers = 0
        self.reason: str | None = None
        """Why there is no answer; None while there is one."""

    @property
    def missing(self) -> list[str]:
        return [topic for topic, times in self._absent.items() if times > 1]

    def soon(self) -> None:
        """Something is amiss: ask sooner than usual."""
        self._next_at = min(self._next_at, self._asked_at + AGAIN_SECONDS)

    def turn(self) -> bool:
        """Ask where it is time; whether an answer came. Raises SourceError for what does not pass by itself."""
        now = time.monotonic()
        if self._asked is None:
            if now >= self._next_at:
                self._ask(now)
            return False
        self._admin.poll(0)  # now the listener hears
        if not all(answer.done() for answer in self._asked.values()) and now < self._asked_at + 2 * ANSWER_SECONDS:
            return False
        asked, self._asked = self._asked, None
        return self._take(asked, now)

    def _ask(self, now: float) -> None:
        names = library().TopicCollection(list(self._names))
        self._asked = self._admin.describe_topics(names, request_timeout=ANSWER_SECONDS)
        self._asked_at = now

    def _take(self, asked: Mapping[str, Any], now: float) -> bool:
        found: dict[str, Topic] = {}
        for name, answer in asked.items():
            try:
                found[name] = _topic(answer.result(0))
            except (library().KafkaException, TimeoutError) as error:
                cause = error.args[0].name() if error.args and hasattr(error.args[0], "name") else "_TIMED_OUT"
                if cause != "UNKNOWN_TOPIC_OR_PART":
                    return self._unanswered(cause, now)
        for name in self._names:
            self._absent[name] = 0 if name in found else self._absent.get(name, 0) + 1
        self.topics, self.reason, self._silent = found, None, 0
        self.answers += 1
        amiss = len(found) < len(self._names) or any(topic.led != topic.partitions for topic in found.values())
        self._next_at = now + (min(AGAIN_SECONDS, self._seconds) if amiss else self._seconds)
        return True

    def _unanswered(self, cause: str, now: float) -> bool:
        if known(cause):
            raise self._listener.permanent(cause)
        reason = self._listener.explain(cause)
        self._silent += 1
        if self._silent >= SILENT_AFTER_ANSWERS or self._listener.error is not None:
            self.reason = reason
        self._next_at = now + AGAIN_SECONDS
        return False


def _topic(told: Any) -> Topic:
    # librdkafka writes Kafka's ids in plain base64, where Kafka and kafka-python use the alphabet that is safe in addresses.
    log_id = None if told.topic_id is None else str(told.topic_id).translate(_URL_SAFE).rstrip("=")
    return Topic(
        None if log_id == _NO_ID else log_id,
        frozenset(partition.id for partition in told.partitions),
        frozenset(partition.id for partition in told.partitions if partition.leader is not None),
    )
