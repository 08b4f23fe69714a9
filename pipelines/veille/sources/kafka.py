"""Events from Kafka with kafka-python."""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.errors import KafkaError, KafkaTimeoutError

from veille.config import Kafka
from veille.events import Place, Position
from veille.sources import options
from veille.sources.base import Chunk, NeighbourSighting, SourceError, Start, StreamChange
from veille.sources.cloud_events import with_attributes
from veille.sources.kafka_connection import KafkaConnection
from veille.sources.kafka_faults import connected, explain, listen
from veille.sources.kafka_sockets import with_sockets
from veille.sources.membership import Membership, group_of
from veille.sources.reach import unreachable
from veille.sources.topics import who_reads
from veille.sources.tracker import Tracker
from veille.sources.waiting import AwaitedResource

RETRY_SECONDS = 0.5
REBUILD_SECONDS = 60.0
"""A client that stays deaf so long is replaced by a new one."""
SILENT_AFTER_ANSWERS = 3
"""The broker counts as gone when so many of the regular questions about its topics went unanswered."""


def _defaults(settings: Kafka, group: str) -> dict[str, Any]:
    """What we tell kafka-python unless `kafka.options` says otherwise."""
    return {
        "bootstrap_servers": [server.strip() for server in settings.bootstrap_servers.split(",")],
        "group_id": group,
        "client_id": "veille",
        "enable_auto_commit": False,
        "auto_offset_reset": "none",
        "allow_auto_create_topics": False,
        # Topics and partitions that appear later are found this soon, and a silent broker noticed.
        "metadata_max_age_ms": 3_000,
        "reconnect_backoff_max_ms": 2_000,
        "metrics_enabled": False,
    }


class KafkaSource:
    """All partitions of the three topics, read from the positions of the database.

    Whatever passes (the broker is down, a topic does not exist yet) is waited for inside `poll`, which then returns
    nothing. `fault` says for what; `tracker` counts what was lost to retention.
    """

    def __init__(self, settings: Kafka, start: Start) -> None:
        """start.positions: asked from the polling thread when a partition is met.

        Raises SourceError for options that cannot work. The broker need not be there yet.
        """
        options.check(settings)
        self._topics = options.streamed(settings)
        self._me = Membership(start.folder)
        chosen = options.kafka_python(settings, KafkaConsumer, (KafkaProducer, KafkaAdminClient))
        self._options = _defaults(settings, group_of(settings, start.folder)) | with_sockets(chosen)
        self._settings = settings
        self._patience_seconds = SILENT_AFTER_ANSWERS * self._options["metadata_max_age_ms"] / 1000
        self.tracker = Tracker(self._topics, start.positions)
        self._broker = AwaitedResource("the Kafka broker is available")
        self._missing = AwaitedResource("all topics exist")
        self._connection: KafkaConnection | None = None
        self._retry_at = 0.0
        listen()

    on_broker = True
    left_out: Mapping[str, int] = MappingProxyType({})

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
        connection = self._connection or self._connect(timeout)
        if connection is None:
            return []
        try:
            polled = connection.poll(max_messages, timeout, self.tracker)
        except KafkaError as error:
            self._stumble(error, timeout)
            return []
        if connection.recreated:
            self.close()
            return []
        self._look_around(connection, heard=bool(polled))
        self._announce(connection)
        return [
            self.tracker.chunk(
                (topic, partition),
                self._contents(topic, records),
                [r.offset for r in records],
                records[-1].leader_epoch,
            )
            for (topic, partition), records in polled.items()
        ]

    def commit(self, positions: Mapping[Place, Position]) -> None:
        """See `Source.commit`: sent without waiting; what fails is sent again with the next batch."""
        self._me.stored(positions)
        if self._connection is not None:
            self._connection.commit(positions, self._me.note(datetime.now(UTC)))

    def changes(self) -> list[StreamChange]:
        """See `Stream.changes`."""
        return self.tracker.changes()

    def sighting(self) -> NeighbourSighting | None:
        """See `Stream.sighting`: with a connection of its own."""
        return who_reads(self._settings, self._me)

    def lag(self) -> Mapping[Place, int]:
        """See `Source.lag`."""
        return {} if self._connection is None else self.tracker.lag(self._connection.assigned())

    def close(self) -> None:
        """See `Source.close`."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _contents(self, topic: str, records: Sequence[Any]) -> list[bytes | None]:
        if topic not in self._settings.topics:
            return [record.value for record in records]
        return [with_attributes(record.value, record.headers) for record in records]

    def _announce(self, connection: KafkaConnection) -> None:
        for place, start in connection.newly_placed():
            self._me.placed(place, start)
        due = self._me.due(connection.assigned(), time.monotonic())
        if due:
            connection.commit(due, self._me.note(datetime.now(UTC)))

    def _connect(self, timeout: float) -> KafkaConnection | None:
        now = time.monotonic()
        if now >= self._retry_at:
            reason = unreachable(self._settings)
            if reason is None:
                try:
                    self._connection = connected(self._open, self._options)
                    return self._connection
                except (KafkaError, OSError) as error:
                    reason = self._explain(error)
                except (TypeError, ValueError) as error:
                    raise SourceError(f"kafka-python rejects kafka.options ({type(error).__name__})") from None
            self._wait_for_broker(reason)
        time.sleep(min(timeout, max(0.0, self._retry_at - time.monotonic())))
        return None

    def _open(self, bootstrap_timeout_ms: int) -> KafkaConnection:
        chosen = self._options | {"bootstrap_timeout_ms": bootstrap_timeout_ms}
        return KafkaConnection(chosen, list(self._topics))

    def _wait_for_broker(self, reason: str) -> None:
        self._broker.because(f"waiting for the Kafka broker at {self._settings.bootstrap_servers}: {reason}")
        self._retry_at = time.monotonic() + RETRY_SECONDS

    def _explain(self, error: Exception) -> str:
        """Why a failure may pass; raises SourceError where it does not."""
        try:
            return explain(self._settings, error)
        except SourceError:
            self.close()
            raise

    def _stumble(self, error: KafkaError, timeout: float) -> None:
        """A failure in mid-stream: most pass by themselves, and reading goes on where it was."""
        reason = self._explain(error)
        self._broker.because(f"reading from Kafka failed, will retry: {reason}")
        time.sleep(min(timeout, RETRY_SECONDS))

    def _look_around(self, connection: KafkaConnection, *, heard: bool) -> None:
        """Notice a broker that went silent, and topics that are not there."""
        now = time.monotonic()
        if not heard and now - connection.heard_at > self._patience_seconds:
            if now >= self._retry_at:
                self._wait_for_broker(unreachable(self._settings) or self._explain(KafkaTimeoutError()))
                if now - connection.heard_at > REBUILD_SECONDS:
                    self.close()
            return
        self._broker.is_over()
        missing = connection.missing_topics()
        if missing:
            self._missing.because(f"waiting for topics that do not exist: {', '.join(missing)}")
        else:
            self._missing.is_over()
