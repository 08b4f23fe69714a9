"""What does not pass by itself stops with one line that says what to do; with either client."""

import time

import pytest

from tests.integration.sources.backends import starting
from tests.integration.sources.reader import Collected, read
from tests.kafka_broker import USER, Broker
from veille.config import Kafka
from veille.events import EventType
from veille.sources import open_stream, topic_report
from veille.sources.base import SourceError
from veille.sources.producer import send

pytestmark = pytest.mark.kafka

CLIENTS = pytest.mark.parametrize("client", ["kafka-python", "confluent"])


def secured(broker: Broker, client: str, **changed: str | None) -> Kafka:
    """Settings for the listener with TLS and SASL; None leaves an option out."""
    options = {key: value for key, value in (broker.secure_options | changed).items() if value is not None}
    return Kafka(bootstrap_servers=broker.secure_bootstrap_servers, client=client, options=options)  # type: ignore[arg-type]


def stops(settings: Kafka) -> str:
    """The error with which a source stops."""
    source = None
    try:
        source = open_stream(settings, starting())
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            source.poll(10, 0.1)
    except SourceError as error:
        return str(error)
    finally:
        if source is not None:
            source.close()
    raise AssertionError(f"it goes on, with the fault: {source.fault}")


@CLIENTS
def test_tls_and_sasl_let_us_in(kafka_broker: Broker, client: str) -> None:
    settings = secured(kafka_broker, client).model_copy(
        update={"mentions_topic": f"secured-{client}", "group_id": f"secured-{client}"}
    )
    kafka_broker.create_topic(settings.mentions_topic)
    assert topic_report(settings)[settings.mentions_topic] == 1
    send([(EventType.MENTION, b"key", b"content")], settings)
    source, collected = open_stream(settings, starting()), Collected()
    read(source, collected, 1)
    source.close()
    assert collected.all() == [b"content"]


@CLIENTS
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"sasl_plain_password": "hush-wrong"}, "refused the credentials"),
        ({"sasl_mechanism": "SCRAM-SHA-256"}, "sasl_mechanism"),
        ({"ssl_cafile": None}, "TLS failed"),
        ({"ssl_cafile": "/nowhere"}, "kafka.options.ssl_cafile"),
        ({"sasl_mechanism": None}, "set kafka.options.sasl_mechanism"),
        ({"sasl_plain_pasword": "hush-wrong"}, "sasl.plain.pasword|sasl_plain_pasword"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_wrong_security_settings(kafka_broker: Broker, client: str, changed: dict[str, str | None], said: str) -> None:
    settings = secured(kafka_broker, client, **changed)
    for ask in (stops, _report):
        line = ask(settings)
        assert any(part in line for part in said.split("|")), line
        assert "\n" not in line
        assert "hush" not in line
        assert USER not in line


def _report(settings: Kafka) -> str:
    with pytest.raises(SourceError) as caught:
        topic_report(settings)
    return str(caught.value)


@CLIENTS
def test_sasl_where_the_broker_asks_for_none(kafka_broker: Broker, client: str) -> None:
    settings = secured(kafka_broker, client, security_protocol="SASL_PLAINTEXT")
    line = stops(settings.model_copy(update={"bootstrap_servers": kafka_broker.bootstrap_servers}))
    assert "security_protocol" in line or "sasl_mechanism" in line


def test_plain_text_where_the_broker_asks_for_tls(kafka_broker: Broker) -> None:
    """kafka-python understands the alert; librdkafka only sees a connection that ends, and waits with a hint."""
    line = stops(Kafka(bootstrap_servers=kafka_broker.secure_bootstrap_servers))
    assert "requires TLS" in line


def test_confluent_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "confluent_kafka", None)
    with pytest.raises(SourceError, match=r"veille\[fast\]"):
        open_stream(Kafka(client="confluent"), starting())
