"""Sending with confluent-kafka (extra `fast`)."""

from typing import Any

from veille.config import Kafka
from veille.sources import options
from veille.sources.base import SourceError
from veille.sources.confluent_faults import Listener, failure_words, library, opened
from veille.sources.sink import MAX_MESSAGE_BYTES, Sent
from veille.sources.waiting import AwaitedResource

SILENT_SECONDS = 5.0
TOO_LARGE = "too large for the broker"


class ConfluentSink:
    """Idempotent and acknowledged by all replicas; librdkafka bounds what is under way."""

    def __init__(self, settings: Kafka) -> None:
        """Raises SourceError for options that cannot work, and where confluent-kafka is not installed."""
        self.sent = Sent()
        self._kafka = library()
        self._settings = settings
        self._listener = Listener(settings)
        self._failure: SourceError | None = None
        self._acknowledgement = AwaitedResource("the Kafka broker acknowledges again")
        chosen: dict[str, Any] = {
            "bootstrap.servers": settings.bootstrap_servers,
            "client.id": "veille-producer",
            "compression.type": settings.compression,
            "enable.idempotence": True,
            "linger.ms": 20,
            "delivery.timeout.ms": 120_000,
            "message.max.bytes": MAX_MESSAGE_BYTES,
            "queue.buffering.max.kbytes": 256 * 1024,
            "reconnect.backoff.max.ms": 1_000,
            # Keys land where the Java client and kafka-python put them.
            "partitioner": "murmur2_random",
        }
        self._producer = opened(self._kafka.Producer, chosen | options.confluent(settings), self._listener)

    def send(self, topic: str, key: bytes | None, value: bytes | None) -> None:
        """See `Sink.send`."""
        while True:
            try:
                self._producer.produce(topic, value, key, on_delivery=self._on_delivery)
                break
            except BufferError:
                self._producer.poll(0.1)
                self._check()
            except self._kafka.KafkaException as error:
                self._settle(error.args[0])
                break
        self.tick()

    def tick(self) -> None:
        """See `Sink.tick`."""
        self._producer.poll(0)
        self._check()

    def flush(self) -> None:
        """See `Sink.flush`."""
        left = len(self._producer)
        while left:
            now = self._producer.flush(SILENT_SECONDS)
            self._check()
            if now == left:
                self._acknowledgement.because(f"the Kafka broker does not acknowledge: {self._listener.explain()}")
            left = now

    def close(self) -> None:
        """See `Sink.close`."""
        self._producer.purge()
        self._producer.flush(SILENT_SECONDS)

    def _on_delivery(self, error: Any, message: Any) -> None:
        if error is None:
            self.sent.messages += 1
            self._listener.error = None
            self._acknowledgement.is_over()
        else:
            self._settle(error)

    def _settle(self, error: Any) -> None:
        if error.name() in ("MSG_SIZE_TOO_LARGE", "RECORD_LIST_TOO_LARGE"):
            self.sent.refused[TOO_LARGE] += 1
        elif error.name() not in ("_PURGE_QUEUE", "_PURGE_INFLIGHT"):
            servers = self._settings.bootstrap_servers
            self._failure = SourceError(f"Kafka at {servers} rejected a message: {failure_words(error.name())}")

    def _check(self) -> None:
        self._listener.check()
        if self._failure is not None:
            raise self._failure
