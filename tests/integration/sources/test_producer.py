"""`send` and `veille produce` against a real broker, with either client."""

import gzip
import json
import os
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from tests.integration.sources.backends import starting
from tests.integration.sources.reader import Collected, read
from tests.kafka_broker import Broker
from tests.unit.make import generation, mention, raw
from veille.cli.common import CommandError
from veille.cli.produce import produce
from veille.config import Kafka
from veille.events import EventType
from veille.sources import create_topics, open_stream, topic_report
from veille.sources.base import SourceError
from veille.sources.producer import Message, send

pytestmark = pytest.mark.kafka


@pytest.fixture(params=["kafka-python", "confluent"])
def settings(request: pytest.FixtureRequest, kafka_broker: Broker) -> Kafka:
    tag = uuid.uuid4().hex[:8]
    return Kafka(
        bootstrap_servers=kafka_broker.bootstrap_servers,
        client=request.param,
        group_id=tag,
        mentions_topic=f"m-{tag}",
        generations_topic=f"g-{tag}",
        moderations_topic=f"d-{tag}",
    )


def received(settings: Kafka, count: int) -> Collected:
    source, collected = open_stream(settings, starting()), Collected()
    try:
        read(source, collected, count)
    finally:
        source.close()
    return collected


def test_everything_arrives_and_keys_stay_in_order(settings: Kafka) -> None:
    assert create_topics(settings, 3) == [
        settings.mentions_topic,
        settings.generations_topic,
        settings.moderations_topic,
    ]
    assert create_topics(settings, 3) == []
    assert set(topic_report(settings).values()) == {3}
    messages: list[Message] = [(EventType.MENTION, b"k%d" % (n % 40), b"k%d %06d" % (n % 40, n)) for n in range(20_000)]
    messages += [(EventType.GENERATION, None, b"g"), (EventType.MODERATION, None, None)]
    seen: list[int] = []
    assert send(messages, settings, watch=seen.append).messages == 20_002
    assert seen == sorted(seen)
    assert seen[-1] == 20_002
    collected = received(settings, 20_002)
    assert sorted(collected.all(), key=str) == sorted((content for _, _, content in messages), key=str)
    home: dict[bytes, int] = {}
    for (topic, partition), found in collected.messages.items():
        if topic == settings.mentions_topic:
            by_key = [tuple((message or b"").split()) for message in found]
            assert all(home.setdefault(key, partition) == partition for key, _ in by_key)
            for key in {key for key, _ in by_key}:
                numbers = [number for other, number in by_key if other == key]
                assert numbers == sorted(numbers)
    assert len(set(home.values())) > 1


def test_both_clients_put_a_key_into_the_same_partition(settings: Kafka) -> None:
    create_topics(settings, 5)
    messages: list[Message] = [(EventType.MENTION, b"key %d" % n, b"%d" % n) for n in range(50)]
    send(messages, settings)
    send(messages, settings.model_copy(update={"client": "kafka-python"}))
    for found in received(settings, 100).messages.values():
        assert len(found) == 2 * len(set(found))


def test_a_message_too_large_is_counted_and_the_others_go_on(settings: Kafka) -> None:
    create_topics(settings, 1)
    sizes = [10, 13_000_000, 9_000_000, 101_000_000, 20]
    sent = send([(EventType.MENTION, b"k", os.urandom(size)) for size in sizes], settings)
    assert (sent.messages, sum(sent.refused.values())) == (3, 2)
    assert [len(message or b"") for message in received(settings, 3).all()] == [10, 9_000_000, 20]


def test_a_missing_topic_is_named(settings: Kafka) -> None:
    with pytest.raises(SourceError, match=f"{settings.mentions_topic} does not exist.*--create-topics"):
        send([(EventType.MENTION, None, b"x")], settings)


def test_no_broker(settings: Kafka) -> None:
    nowhere = settings.model_copy(update={"bootstrap_servers": "127.0.0.1:1"})
    started = time.monotonic()
    with pytest.raises(SourceError, match="connection refused"):
        send([(EventType.MENTION, None, b"x")], nowhere, patience_seconds=0.6)
    assert 0.5 < time.monotonic() - started < 60


def test_rate(settings: Kafka) -> None:
    create_topics(settings, 1)
    started = time.monotonic()
    assert send([(EventType.MENTION, None, b"x")] * 300, settings, rate=200).messages == 300
    assert time.monotonic() - started > 1.4


def test_broker_killed_in_mid_stream(settings: Kafka, kafka_broker: Broker) -> None:
    create_topics(settings, 2)
    killed = threading.Event()

    def messages() -> Iterator[Message]:
        for number in range(8000):
            if number == 3000:
                kafka_broker.kill()
                killed.set()
            yield EventType.MENTION, b"%d" % (number % 7), b"%d" % number

    def bring_back() -> None:
        killed.wait(60)
        kafka_broker.start()

    rescuer = threading.Thread(target=bring_back)
    rescuer.start()
    try:
        assert send(messages(), settings).messages == 8000
    finally:
        killed.set()
        rescuer.join()
    assert set(received(settings, 8000).all()) == {b"%d" % number for number in range(8000)}


@pytest.fixture
def run_produce(settings: Kafka, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    for name in ("client", "mentions_topic", "generations_topic", "moderations_topic"):
        monkeypatch.setenv(f"VEILLE_KAFKA__{name.upper()}", getattr(settings, name))
    monkeypatch.chdir(tmp_path)
    # The command sets up logging for its whole process, which here is the test run's.
    monkeypatch.setattr("veille.service.logs.configure", lambda log: None)
    app = typer.Typer()
    app.command()(produce)

    def run(*arguments: str) -> Any:
        return CliRunner().invoke(app, [*arguments, "--bootstrap", settings.bootstrap_servers])

    return run


def test_produce_a_file(settings: Kafka, run_produce: Any, tmp_path: Path) -> None:
    lines = [raw(mention(number, text="mild")) for number in range(500)] + [b"{broken", b"\xff\xfe"]
    file = tmp_path / "some.ndjson.gz"
    file.write_bytes(gzip.compress(b"\n".join(lines)))
    done = run_produce(str(file), "--type", "mention", "--map", "prompt=text", "--create-topics", "--partitions", "2")
    assert done.exit_code == 0, done.output
    assert done.stdout == "502 messages sent (502 of type mention).\n"
    collected = received(settings, 502)
    assert len(collected.messages) == 2
    assert b"{broken" in collected.all()
    # A line that is no UTF-8 is read as Windows-1252; either way it is a dead letter for whoever reads it.
    assert [message for message in collected.all() if message and not message.startswith(b"{")] == ["ÿþ".encode()]
    assert json.loads(next(m for m in collected.all() if m and b"m499" in m))["prompt"] == "mild"


def test_produce_several_types_and_lines_without_one(settings: Kafka, run_produce: Any, tmp_path: Path) -> None:
    create_topics(settings, 1)
    rows = [mention(1) | {"event_type": "mention"}, generation(1) | {"event_type": "generation"}, mention(2)]
    file = tmp_path / "mixed.ndjson"
    file.write_bytes(b"\n".join(map(raw, rows)))
    done = run_produce(str(file))
    assert done.stdout == "2 messages sent (1 of type generation, 1 of type mention).\n"
    assert isinstance(done.exception, CommandError)
    assert "1 lines have no event_type and were not sent" in str(done.exception)
    assert received(settings, 2).types == {
        settings.mentions_topic: EventType.MENTION,
        settings.generations_topic: EventType.GENERATION,
    }


def test_produce_faults(run_produce: Any, tmp_path: Path) -> None:
    file = tmp_path / "mentions.ndjson"
    file.write_bytes(raw(mention(1)))
    assert isinstance(run_produce(str(file)).exception, SourceError), "the topics do not exist"
    assert isinstance(run_produce(str(tmp_path / "nothing")).exception, SourceError)
    assert run_produce(str(file), "--map", "prompt").exit_code == 2
    assert run_produce().exit_code == 2
