"""How long raw messages lie on a genuine broker: lowered on our topics only, never raised; old unread ones are noticed."""

import time
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from kafka import KafkaProducer

from tests.kafka_broker import Broker
from veille.config import Kafka
from veille.events import Place, Position
from veille.service.raw_keeping import RawKeeping
from veille.sources.retention import HOUR_MS, lower_retention, old_unread, retentions

pytestmark = pytest.mark.kafka


@pytest.fixture
def settings(kafka_broker: Broker) -> Kafka:
    """Three topics of their own: one kept for ever, one for a week, one for an hour."""
    tag = uuid4().hex[:8]
    names = {kind: f"{kind}-{tag}" for kind in ("mentions", "generations", "moderations")}
    for name, ms in zip(names.values(), (-1, 168 * HOUR_MS, HOUR_MS), strict=True):
        kafka_broker.create_topic(name, 2, **{"retention.ms": str(ms)})
    topics = {f"{kind}_topic": name for kind, name in names.items()}
    return Kafka.model_validate({"bootstrap_servers": kafka_broker.bootstrap_servers, **topics})


def hours(settings: Kafka) -> list[float | None]:
    found = {each.topic: each.hours for each in retentions(settings)}
    return [found[name] for name in (settings.mentions_topic, settings.generations_topic, settings.moderations_topic)]


def test_longer_retention_is_lowered_shorter_and_foreign_stay(kafka_broker: Broker, settings: Kafka) -> None:
    foreign = f"foreign-{uuid4().hex[:8]}"
    kafka_broker.create_topic(foreign, 1, **{"retention.ms": "-1"})
    assert hours(settings) == [None, 168.0, 1.0]
    lowered = {each.topic for each in lower_retention(settings)}
    assert lowered == {settings.mentions_topic, settings.generations_topic}
    assert hours(settings) == [72.0, 72.0, 1.0]
    assert lower_retention(settings) == []
    assert [each.hours for each in retentions(settings.model_copy(update={"mentions_topic": foreign}))][:1] == [None]


def test_zero_leaves_retention_alone(settings: Kafka) -> None:
    assert lower_retention(settings.model_copy(update={"raw_hours": 0.0})) == []
    assert hours(settings) == [None, 168.0, 1.0]


def test_an_unread_message_older_than_half_is_noticed(kafka_broker: Broker, settings: Kafka) -> None:
    now, topic = time.time(), settings.mentions_topic
    producer = KafkaProducer(bootstrap_servers=kafka_broker.bootstrap_servers)
    for age in (40, 30, 1):
        producer.send(topic, b"{}", partition=0, timestamp_ms=int((now - age * 3600) * 1000))
    producer.close()
    moment = datetime.fromtimestamp(now, UTC)
    keep = settings.model_copy(update={"generations_topic": "not-there-yet"})
    assert old_unread(keep, {(topic, 0): 0, (topic, 1): 0}, moment) == [topic]
    assert old_unread(keep, {(topic, 0): 1, (topic, 1): 0}, moment) == []  # 30 hours: less than half of 72
    assert old_unread(keep.model_copy(update={"raw_hours": 48.0}), {(topic, 0): 1}, moment) == [topic]
    assert old_unread(keep.model_copy(update={"raw_hours": 48.0}), {(topic, 0): 3}, moment) == []


def test_the_service_lowers_and_watches(kafka_broker: Broker, settings: Kafka) -> None:
    clock = iter(range(0, 10_000, 100))
    positions: dict[Place, Position] = {(settings.mentions_topic, 0): Position(0)}
    keeping = RawKeeping(settings, lambda: positions, monotonic=lambda: float(next(clock)))
    producer = KafkaProducer(bootstrap_servers=kafka_broker.bootstrap_servers)
    producer.send(settings.mentions_topic, b"{}", partition=0, timestamp_ms=int((time.time() - 50 * 3600) * 1000))
    producer.close()
    keeping.turn()
    assert hours(settings) == [72.0, 72.0, 1.0]
    assert keeping.old_unread == (settings.mentions_topic,)
    positions[settings.mentions_topic, 0] = Position(1)
    keeping.turn()
    assert not keeping.old_unread


def test_a_broker_that_is_away_is_asked_again(settings: Kafka) -> None:
    away = settings.model_copy(update={"bootstrap_servers": "localhost:1"})
    keeping = RawKeeping(away, dict)
    keeping.turn()
    assert not keeping.old_unread
