"""Topics of a genuine broker that hold no contract events: Jetstream records, CloudEvents, and Avro by a registry; with poison between."""

import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer

from tests.integration.runner import Running, veille, wait_until
from tests.kafka_broker import Broker
from tests.shared_data import shared_data
from veille.store.reader import Reader

fastavro = pytest.importorskip("fastavro")  # the extra registry

pytestmark = [pytest.mark.data, pytest.mark.slow, pytest.mark.kafka]

SCHEMA = {
    "type": "record",
    "name": "Mention",
    "fields": [
        {"name": name, "type": ["null", "string"], "default": None}
        for name in ("event_type", "event_id", "platform", "account_id", "target_id", "generator", "prompt")
    ]
    + [{"name": "occurred_at", "type": {"type": "long", "logicalType": "timestamp-millis"}}],
}
NUMBER = 7
POISON = [b"", b"{", b"null", b"[]", b"\xff\xff", b"\0\0\0\0\x63no such schema", b"\0\0\0\0\x07\xff", None]
AVRO = 30
KEY: dict[str, Any] = {"VEILLE_PRIVACY__KEY": "5e" * 32}


class Answering(BaseHTTPRequestHandler):
    """A schema registry with one schema, as Confluent's answers."""

    def do_GET(self) -> None:
        known = self.path == f"/schemas/ids/{NUMBER}"
        body = json.dumps({"schema": json.dumps(SCHEMA)} if known else {"error_code": 40403}).encode()
        self.send_response(200 if known else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        """Says nothing."""


@pytest.fixture
def registry() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def avro(number: int) -> bytes:
    row = {
        "event_type": "mention",
        "event_id": f"avro-{number}",
        "platform": "elsewhere",
        "account_id": f"a{number}",
        "target_id": "t",
        "generator": "grok",
        "prompt": "change the coat",
        "occurred_at": 1_767_430_800_000 + number * 1000,
    }
    buffer = io.BytesIO()
    fastavro.schemaless_writer(buffer, fastavro.parse_schema(SCHEMA), row)
    return b"\0" + NUMBER.to_bytes(4, "big") + buffer.getvalue()


def poisoned(messages: list[bytes]) -> list[bytes | None]:
    """Something unreadable before every third message, and after the last."""
    every = [[POISON[n // 3 % len(POISON)], each] if n % 3 == 0 else [each] for n, each in enumerate(messages)]
    return [each for group in every for each in group] + POISON


def send(broker: Broker, topic: str, messages: list[bytes | None]) -> None:
    broker.create_topic(topic, partitions=2)
    producer = Producer({"bootstrap.servers": broker.bootstrap_servers})
    for number, message in enumerate(messages):
        producer.produce(topic, message, partition=number % 2)
    assert producer.flush(30) == 0


def rows(data: Path, platforms: str) -> list[tuple[Any, ...]]:
    return (
        Reader(data / "published" / "analyst")
        .query(
            "SELECT platform, event_id, account_id, target_id, post_id, occurred_at, prompt FROM mentions "
            f"WHERE platform {platforms} ORDER BY ALL"
        )
        .rows()
    )


def test_events_of_three_kinds_of_topics_arrive_and_poison_does_not_stop_them(
    kafka_broker: Broker, registry: str, tmp_path: Path
) -> None:
    files = [shared_data(f"formats/{name}") for name in ("bluesky_jetstream.jsonl", "cloudevents_structured.ndjson")]
    replayed, streamed = tmp_path / "replayed", tmp_path / "streamed"
    veille("replay", *map(str, files), "--no-detect", data_dir=replayed, **KEY)
    topics = {"jetstream-mixed": files[0], "cloud-mixed": files[1]}
    for name, file in topics.items():
        send(kafka_broker, name, poisoned(file.read_bytes().splitlines()))
    send(kafka_broker, "avro-mixed", poisoned([avro(number) for number in range(AVRO)]))
    settings: dict[str, Any] = {
        **KEY,
        **{f"VEILLE_KAFKA__{kind}_TOPIC": "" for kind in ("MENTIONS", "GENERATIONS", "MODERATIONS")},
        "VEILLE_KAFKA__TOPICS": json.dumps({name: {} for name in (*topics, "avro-mixed")}),
        "VEILLE_KAFKA__REGISTRY__URL": registry,
    }
    wanted = rows(replayed, "<> 'elsewhere'")
    assert len({row[0] for row in wanted}) == 2
    service = Running(streamed, kafka_broker.bootstrap_servers, **settings)
    service.start()
    try:
        wait_until(lambda: accepted(service) == len(wanted) + AVRO, f"all events; {service.tail()}")
        wait_until(lambda: read_to_the_end(service), f"the poison; {service.tail()}")
        assert service.api("/readyz")[0] == 200
    finally:
        stopped = service.stop()
    assert stopped == 0
    assert rows(streamed, "<> 'elsewhere'") == wanted
    assert len(rows(streamed, "= 'elsewhere'")) == AVRO


def read_to_the_end(service: Running) -> bool:
    """Whether nothing is left to read and the poison was counted."""
    _, status = service.api("/v1/status")
    return bool(status["lag_messages"] == 0 and status["left_out"].get("not_its_schema"))


def accepted(service: Running) -> int:
    _, status = service.api("/v1/status")
    return int(status["accepted"]) if isinstance(status, dict) else 0
