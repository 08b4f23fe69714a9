"""Sending with kafka-python."""

from collections import deque
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.errors import KafkaError, KafkaTimeoutError, MessageSizeTooLargeError

from veille.config import Kafka
from veille.sources import options
from veille.sources.base import SourceError
from veille.sources.kafka_faults import connected, explain, listen
from veille.sources.kafka_sockets import with_sockets
from veille.sources.sink import MAX_MESSAGE_BYTES, Sent
from veille.sources.topics import NotYetError, largest_message
from veille.sources.waiting import AwaitedResource

MAX_UNDER_WAY = 20_000
MAX_BYTES_UNDER_WAY = 64 * 1024 * 1024
SILENT_SECONDS = 5.0
CLOSE_SECONDS = 2.0
TOO_LARGE = "too large for the broker"


class KafkaSink:
    """Idempotent and acknowledged by all replicas; what is under way is bounded in number and bytes."""

    def __init__(self, settings: Kafka) -> None:
        """Raises NotYetError where the broker does not answer, SourceError where it does not let us in."""
        listen()
        self.sent = Sent()
        self._settings = settings
        self._under_way: deque[tuple[Any, int]] = deque()
        self._bytes = 0
        self._acknowledgement = AwaitedResource("the Kafka broker acknowledges again")
        chosen: dict[str, Any] = {
            "bootstrap_servers": settings.bootstrap_servers.split(","),
            "client_id": "veille-producer",
            "compression_type": None if settings.compression == "none" else settings.compression,
            "linger_ms": 20,
            "batch_size": 128 * 1024,
            # One message that the broker finds too large would end the whole idempotent session.
            "max_request_size": largest_message(settings) or MAX_MESSAGE_BYTES,
            "reconnect_backoff_max_ms": 1_000,
            "metrics_enabled": False,
        } | with_sockets(options.kafka_python(settings, KafkaProducer, (KafkaConsumer, KafkaAdminClient)))
        try:
            self._producer = connected(
                lambda timeout_ms: KafkaProducer(**chosen | {"bootstrap_timeout_ms": timeout_ms}), chosen
            )
        except (KafkaError, OSError) as error:
            raise NotYetError(explain(settings, error)) from None

    def send(self, topic: str, key: bytes | None, value: bytes | None) -> None:
        """See `Sink.send`."""
        if value is None and key is None:
            key = b""  # the client wants one or the other
        size = len(value or b"") + len(key or b"")
        while self._under_way and (len(self._under_way) >= MAX_UNDER_WAY or self._bytes + size > MAX_BYTES_UNDER_WAY):
            self._settle_oldest()
        try:
            future = self._producer.send(topic, value, key)
        except MessageSizeTooLargeError:
            self.sent.refused[TOO_LARGE] += 1
            return
        except KafkaError as error:
            raise self._failed(error) from None
        self._under_way.append((future, size))
        self._bytes += size
        self.tick()

    def tick(self) -> None:
        """See `Sink.tick`."""
        while self._under_way and self._under_way[0][0].is_done:
            self._settle_oldest()

    def flush(self) -> None:
        """See `Sink.flush`."""
        while self._under_way:
            self._settle_oldest()

    def close(self) -> None:
        """See `Sink.close`."""
        self._producer.close(timeout=CLOSE_SECONDS)

    def _settle_oldest(self) -> None:
        future, size = self._under_way[0]
        while not future.is_done:
            self._await(future)
        self._under_way.popleft()
        self._bytes -= size
        if future.succeeded():
            self.sent.messages += 1
            self._acknowledgement.is_over()
        else:
            raise self._failed(future.exception)

    def _await(self, future: Any) -> None:
        try:
            future.get(timeout=SILENT_SECONDS)
        except KafkaTimeoutError:
            if not future.is_done:
                reason = explain(self._settings, KafkaTimeoutError())
                self._acknowledgement.because(f"the Kafka broker does not acknowledge: {reason}")
        except KafkaError:
            pass  # it is done, and looked at by who called

    def _failed(self, error: Exception) -> SourceError:
        reason = explain(self._settings, error)
        return SourceError(f"Kafka at {self._settings.bootstrap_servers} rejected a message: {reason}")
