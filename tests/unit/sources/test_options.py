import socket

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer

from veille.config import Kafka
from veille.sources import options
from veille.sources.base import SourceError
from veille.sources.reach import servers, unreachable

CLIENTS = (KafkaProducer, KafkaAdminClient)


def with_options(**chosen: str | int | float | bool) -> Kafka:
    return Kafka(options=dict(chosen))


def test_text_from_the_environment_becomes_what_the_client_expects() -> None:
    settings = with_options(fetch_max_wait_ms="50", ssl_check_hostname="false", client_id="me")
    assert options.kafka_python(settings, KafkaConsumer) == {
        "fetch_max_wait_ms": 50,
        "ssl_check_hostname": False,
        "client_id": "me",
    }


def test_options_of_another_client_are_left_out() -> None:
    settings = with_options(linger_ms=5, fetch_max_bytes=1000)
    assert options.kafka_python(settings, KafkaConsumer, CLIENTS) == {"fetch_max_bytes": 1000}


@pytest.mark.parametrize(
    "name", ["session_timeout_ms", "max.poll.interval.ms", "heartbeat_interval_ms", "group.instance.id"]
)
def test_options_of_group_membership_are_ignored_and_told(name: str) -> None:
    settings = Kafka(options={name: 1000, "client_id": "me"})
    options.check(settings)
    assert options.kafka_python(settings, KafkaConsumer) == {"client_id": "me"}
    assert options.confluent(settings) == {"client.id": "me"}
    assert options.ignored(settings) == [f"kafka.options.{name}"]


def test_the_session_timeout_is_ignored_and_told() -> None:
    assert options.ignored(Kafka(session_timeout_seconds=45)) == ["kafka.session_timeout_seconds"]
    assert options.ignored(Kafka()) == []


def test_names_for_confluent() -> None:
    settings = Kafka(
        options={
            "security_protocol": "SASL_SSL",
            "sasl_plain_username": "u",
            "ssl_cafile": "ca.pem",
            "ssl_check_hostname": False,
            "fetch_max_bytes": 1000,
            "queued.min.messages": 5,
        }
    )
    assert options.confluent(settings) == {
        "security.protocol": "SASL_SSL",
        "sasl.username": "u",
        "ssl.ca.location": "ca.pem",
        "ssl.endpoint.identification.algorithm": "none",
        "fetch.max.bytes": 1000,
        "queued.min.messages": 5,
    }


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"group_id": "x"}, "set kafka.group_id instead"),
        ({"enable.auto.commit": "true"}, "cannot be set"),
        ({"security_protocol": "TLS"}, "must be one of"),
        ({"security_protocol": "SASL_SSL"}, "set kafka.options.sasl_mechanism too"),
        ({"ssl_cafile": "/nowhere/ca.pem"}, "names a file that does not exist"),
    ],
)
def test_what_no_client_can_work_with(chosen: dict[str, str | int | float | bool], said: str) -> None:
    with pytest.raises(SourceError, match=said):
        options.check(Kafka(options=chosen))


def test_errors_name_the_option_and_never_its_value() -> None:
    for name in ("sasl_pasword", "fetch_max_wait_ms"):
        with pytest.raises(SourceError, match=name) as caught:
            options.kafka_python(with_options(**{name: "hush"}), KafkaConsumer, CLIENTS)
        assert "hush" not in str(caught.value)


def test_topics_must_differ() -> None:
    with pytest.raises(SourceError, match="the same"):
        options.topics(Kafka(mentions_topic="a", generations_topic="a"))


def test_servers() -> None:
    assert servers(Kafka(bootstrap_servers="a:1, [::1]:2,c")) == [("a", 1), ("::1", 2), ("c", 9092)]
    with pytest.raises(SourceError, match="host:port"):
        servers(Kafka(bootstrap_servers="a:b"))


def test_unreachable_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    assert unreachable(Kafka(bootstrap_servers="127.0.0.1:1")) == "connection refused"

    def no_such_name(*_: object, **__: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "create_connection", no_such_name)
    assert unreachable(Kafka(bootstrap_servers="no-such-host.invalid:1")) == "its name cannot be resolved"
