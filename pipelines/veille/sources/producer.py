"""Messages to the topics: acknowledged by the broker, in order for each key, each once per call."""

import time
from collections.abc import Callable, Iterable

from veille.config import Kafka
from veille.events import EventType
from veille.sources import cures, options
from veille.sources.base import SourceError
from veille.sources.sink import Sent, Sink
from veille.sources.topics import patiently, topic_report

Message = tuple[EventType, bytes | None, bytes | None]
"""Type, key and value; a value of None is a tombstone."""

PACE_SECONDS = 0.01


def send(
    messages: Iterable[Message],
    settings: Kafka,
    rate: float | None = None,
    *,
    watch: Callable[[int], None] = lambda acknowledged: None,
    patience_seconds: float = 60.0,
) -> Sent:
    """Send messages to their types' topics and wait until the broker has them all.

    rate: at most so many a second; None as fast as possible. watch: told now and then how many are acknowledged.
    patience_seconds: how long to wait for a broker that is down at the start; one that goes down later is waited for up
    to the client's delivery timeout (two minutes). A message too large for the broker is counted, the others go on.

    Raises SourceError where the broker cannot be reached, refuses us, or a topic does not exist. Messages before the
    failure may have arrived: send them again, each `event_id` counts once.
    """
    there = topic_report(settings, patience_seconds)
    names = {kind: topic for topic, kind in options.topics(settings).items()}
    sink = patiently(settings, lambda: _open(settings), patience_seconds)
    try:
        pace = _Pace(rate, sink)
        for count, (event_type, key, value) in enumerate(messages, 1):
            topic = names.get(event_type)
            if topic is None:
                raise SourceError(f"kafka.{event_type.table}_topic is empty: name the topic to send to")
            if there[topic] is None:
                raise SourceError(cures.NO_TOPIC.format(topic=topic))
            sink.send(topic, key, value)
            if rate is not None:
                pace.wait()
            if count % 1000 == 0:
                watch(sink.sent.messages)
        sink.flush()
    finally:
        sink.close()
    watch(sink.sent.messages)
    return sink.sent


class _Pace:
    """Holds the sender back to a rate; evenly, without a sleep for each message."""

    def __init__(self, rate: float | None, sink: Sink) -> None:
        self._interval = 1 / rate if rate else 0.0
        self._sink = sink
        self._due = time.monotonic()

    def wait(self) -> None:
        self._due += self._interval
        while (ahead := self._due - time.monotonic()) > PACE_SECONDS:
            self._sink.tick()
            time.sleep(min(ahead, 0.1))


def _open(settings: Kafka) -> Sink:
    if settings.client == "confluent":
        from veille.sources.confluent_sink import ConfluentSink  # noqa: PLC0415  an extra

        return ConfluentSink(settings)
    from veille.sources.kafka_sink import KafkaSink  # noqa: PLC0415  nor need the others load kafka-python

    return KafkaSink(settings)
