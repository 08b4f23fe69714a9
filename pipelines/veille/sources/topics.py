"""The three topics on the broker: which are there, who reads them, and making them."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Protocol, TypeVar

from veille.config import Kafka
from veille.errors import VeilleError
from veille.sources import options
from veille.sources.base import NeighbourSighting, SourceError
from veille.sources.membership import Committed, Membership, is_group, prefix, sighting
from veille.sources.reach import unreachable
from veille.sources.waiting import AwaitedResource

T = TypeVar("T")

RETRY_SECONDS = 0.5
ANSWER_SECONDS = 10.0
LOOK_SECONDS = 0.5
NO_FOLDER = "nobody"
"""The end of the name of a group that no folder has."""


class Asker(Protocol):
    """One client's way to ask the broker."""

    def topics(self, settings: Kafka) -> Mapping[str, int]:
        """Topic → partitions, of all topics that we may see. Raises NotYetError or SourceError."""
        ...

    def groups(self, settings: Kafka) -> tuple[Mapping[str, Committed], bool]:
        """What the groups under `kafka.group_id` have committed, and whether we may see all of them. Raises as `topics`."""
        ...

    def create(self, settings: Kafka, names: Sequence[str], partitions: int) -> None:
        """Raises NotYetError or SourceError."""
        ...


class NotYetError(VeilleError):
    """The broker did not answer; it may do so later. The message says why."""


def topic_report(settings: Kafka, patience_seconds: float = 0.0) -> Mapping[str, int | None]:
    """Each topic that is read → its number of partitions, None where it does not exist.

    patience_seconds: how long to wait for a broker that is not there yet. Raises SourceError where the broker cannot
    be asked; it names the cause and the cure.
    """
    options.check(settings)
    asker = _asker(settings)
    found = patiently(settings, lambda: asker.topics(settings), patience_seconds)
    return {topic: found.get(topic) for topic in options.streamed(settings)}


def create_topics(settings: Kafka, partitions: int, patience_seconds: float = 0.0) -> list[str]:
    """Make those of the three topics that are not there yet, with the broker's own replication; returns their names.

    Raises SourceError as `topic_report` does.
    """
    there, own = topic_report(settings, patience_seconds), options.topics(settings)
    missing = [topic for topic in own if there[topic] is None]
    if missing:
        asker = _asker(settings)
        patiently(settings, lambda: asker.create(settings, missing, partitions), patience_seconds)
        patiently(settings, lambda: _all_there(asker, settings, missing), ANSWER_SECONDS)
    return missing


def who_reads(settings: Kafka, me: Membership) -> NeighbourSighting | None:
    """The other data folders that have read the topics under the same `kafka.group_id`; None where no broker answers.

    Raises SourceError for what does not pass by itself.
    """
    if unreachable(settings) is not None:
        return None
    try:
        groups, complete = _asker(settings).groups(settings)
    except NotYetError:
        return None
    return sighting(groups, options.streamed(settings), me, complete=complete)


def largest_message(settings: Kafka) -> int | None:
    """Bytes of the largest message that all of the topics allow; None where we are not told."""
    try:
        told = _KafkaPython().largest_messages(settings, list(options.topics(settings)))
    except (NotYetError, SourceError):
        return None
    return min(told, default=None)


def with_admin(settings: Kafka, work: Callable[[Any], T]) -> T:
    """`work` with a KafkaAdminClient, whichever client reads the events. Raises NotYetError or SourceError."""
    return _KafkaPython().call(settings, work)


def _all_there(asker: Asker, settings: Kafka, names: Sequence[str]) -> None:
    if not set(names) <= set(asker.topics(settings)):
        raise NotYetError("the new topics are not visible yet")


def patiently(settings: Kafka, ask: Callable[[], T], patience_seconds: float) -> T:
    """What `ask` returns, asked again for so long while it raises NotYetError. Raises SourceError in the end."""
    deadline = time.monotonic() + patience_seconds
    waiting = AwaitedResource("the Kafka broker is available")
    while True:
        reason = unreachable(settings)
        if reason is None:
            try:
                answer = ask()
            except NotYetError as error:
                reason = str(error)
            else:
                waiting.is_over()
                return answer
        if time.monotonic() >= deadline:
            raise SourceError(
                f"no Kafka broker at {settings.bootstrap_servers}: {reason}; check kafka.bootstrap_servers"
            )
        waiting.because(f"waiting for the Kafka broker at {settings.bootstrap_servers}: {reason}")
        time.sleep(RETRY_SECONDS)


def _asker(settings: Kafka) -> Asker:
    return _Confluent() if settings.client == "confluent" else _KafkaPython()


class _KafkaPython:
    def topics(self, settings: Kafka) -> Mapping[str, int]:
        described = self.call(settings, lambda admin: admin.describe_topics())
        return {topic["name"]: len(topic["partitions"]) for topic in described}

    def groups(self, settings: Kafka) -> tuple[Mapping[str, Committed], bool]:
        from kafka.errors import (  # noqa: PLC0415  as below
            ClusterAuthorizationFailedError,
            GroupAuthorizationFailedError,
            TopicAuthorizationFailedError,
        )

        refused = (ClusterAuthorizationFailedError, GroupAuthorizationFailedError, TopicAuthorizationFailedError)

        def committed(admin: Any, group: str) -> Committed:
            found = admin.list_group_offsets({group: None})[group]
            return {(place.topic, place.partition): (at.offset, at.metadata) for place, at in found.items()}

        def ask(admin: Any) -> tuple[Mapping[str, Committed], bool]:
            found: dict[str, Committed] = {}
            with suppress(*refused):
                # The broker leaves out of its list what we may not see, and does not say so: ask for a group of no folder.
                committed(admin, prefix(settings) + NO_FOLDER)
                for name in (each["group_id"] for each in admin.list_groups()):
                    if is_group(settings, name):
                        found[name] = committed(admin, name)
                return found, True
            return found, False

        return self.call(settings, ask)

    def largest_messages(self, settings: Kafka, names: Sequence[str]) -> list[int]:
        """Bytes that each topic allows, of those that we may ask about."""
        from kafka.admin import ConfigResource, ConfigResourceType  # noqa: PLC0415  as below

        key = "max.message.bytes"
        asked = [ConfigResource(ConfigResourceType.TOPIC, name, [key]) for name in names]
        told = self.call(settings, lambda admin: admin.describe_configs(asked, config_filter="all"))
        return [int(values[key]["value"]) for values in told.get("topic", {}).values() if key in values]

    def create(self, settings: Kafka, names: Sequence[str], partitions: int) -> None:
        from kafka.errors import TopicAlreadyExistsError  # noqa: PLC0415  as below

        new = {name: {"num_partitions": partitions, "replication_factor": -1} for name in names}

        def make(admin: Any) -> None:
            with suppress(TopicAlreadyExistsError):  # someone was faster
                admin.create_topics(new)

        self.call(settings, make)

    def call(self, settings: Kafka, work: Callable[[Any], T]) -> T:
        from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer  # noqa: PLC0415  half a second to import
        from kafka.errors import BrokerResponseError, KafkaError  # noqa: PLC0415

        from veille.sources.kafka_faults import connected, explain, listen  # noqa: PLC0415
        from veille.sources.kafka_sockets import with_sockets  # noqa: PLC0415

        listen()
        chosen = {
            "bootstrap_servers": settings.bootstrap_servers.split(","),
            "client_id": "veille-admin",
            "reconnect_backoff_max_ms": 1_000,
        } | with_sockets(options.kafka_python(settings, KafkaAdminClient, (KafkaConsumer, KafkaProducer)))
        admin = None
        try:
            admin = connected(
                lambda timeout_ms: KafkaAdminClient(**chosen | {"bootstrap_timeout_ms": timeout_ms}), chosen
            )
            return work(admin)
        except (KafkaError, OSError) as error:
            reason = explain(settings, error)
            if isinstance(error, BrokerResponseError) and not error.retriable:
                answer = str(error.message).lower().replace("_", " ")
                raise SourceError(f"Kafka at {settings.bootstrap_servers} refuses: {answer}") from None
            raise NotYetError(reason) from None
        finally:
            if admin is not None:
                admin.close()


class _Confluent:
    def topics(self, settings: Kafka) -> Mapping[str, int]:
        found = self._call(settings, lambda admin: admin.list_topics(timeout=LOOK_SECONDS))
        return {name: len(topic.partitions) for name, topic in found.topics.items()}

    def groups(self, settings: Kafka) -> tuple[Mapping[str, Committed], bool]:
        from veille.sources.confluent_faults import library  # noqa: PLC0415  an extra

        def committed(admin: Any, group: str) -> Committed:
            asked = [library().ConsumerGroupTopicPartitions(group)]
            (answer,) = admin.list_consumer_group_offsets(asked, request_timeout=ANSWER_SECONDS).values()
            places = answer.result(ANSWER_SECONDS).topic_partitions
            return {(place.topic, place.partition): (place.offset, place.metadata) for place in places}

        def ask(admin: Any) -> tuple[Mapping[str, Committed], bool]:
            found: dict[str, Committed] = {}
            try:
                committed(admin, prefix(settings) + NO_FOLDER)  # as above
                listed = admin.list_consumer_groups(request_timeout=ANSWER_SECONDS).result(ANSWER_SECONDS)
                for name in (each.group_id for each in listed.valid):
                    if is_group(settings, name):
                        found[name] = committed(admin, name)
            except library().KafkaException as error:
                if not error.args[0].name().endswith("AUTHORIZATION_FAILED"):
                    raise
                return found, False
            return found, not listed.errors

        return self._call(settings, ask)

    def create(self, settings: Kafka, names: Sequence[str], partitions: int) -> None:
        from veille.sources.confluent_faults import library  # noqa: PLC0415  an extra

        new = [library().admin.NewTopic(name, partitions) for name in names]

        def make(admin: Any) -> None:
            for answer in admin.create_topics(new).values():
                try:
                    answer.result(ANSWER_SECONDS)
                except library().KafkaException as error:
                    if error.args[0].name() != "TOPIC_ALREADY_EXISTS":
                        raise

        self._call(settings, make)

    def _call(self, settings: Kafka, work: Callable[[Any], T]) -> T:
        from veille.sources.confluent_faults import Listener, failure_words, library, opened  # noqa: PLC0415  an extra

        listener = Listener(settings)
        chosen = {"bootstrap.servers": settings.bootstrap_servers, "client.id": "veille-admin"}
        admin = opened(library().admin.AdminClient, chosen | options.confluent(settings), listener)
        deadline = time.monotonic() + ANSWER_SECONDS
        while True:
            try:
                return work(admin)
            except library().KafkaException as error:
                name = error.args[0].name()
                admin.poll(0)  # now the listener hears why
                listener.check()
                if not name.startswith("_") and not error.args[0].retriable():
                    raise SourceError(f"Kafka at {settings.bootstrap_servers} refuses: {failure_words(name)}") from None
                if time.monotonic() > deadline:
                    raise NotYetError(listener.explain(name)) from None
