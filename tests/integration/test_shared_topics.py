"""Two services on one feed, and a topic that was made anew while the service was down: as real processes, on a real broker."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from kafka import KafkaProducer

from tests.integration.runner import Running, veille, wait_until
from tests.kafka_broker import Broker
from tests.unit.make import mention, raw
from veille.store.errors import StoreError
from veille.store.reader import Reader

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

EVENTS = 1027


def topics(broker: Broker, tag: str, partitions: int = 2) -> dict[str, str]:
    names = {kind: f"{kind}-{tag}" for kind in ("mentions", "generations", "moderations")}
    for name in names.values():
        broker.create_topic(name, partitions=partitions)
    return {f"VEILLE_KAFKA__{kind.upper()}_TOPIC": name for kind, name in names.items()}


def produce(broker: Broker, topic: str, events: list[dict[str, Any]]) -> None:
    producer = KafkaProducer(bootstrap_servers=broker.bootstrap_servers, linger_ms=5)
    for number, event in enumerate(events):
        producer.send(topic, raw(event), key=b"%d" % (number % 17))
    producer.close()


def count(reader: Reader, sql: str = "SELECT count(*) FROM mentions") -> int:
    try:
        return int(reader.query(sql).item())
    except StoreError:
        return -1


@contextmanager
def receiver() -> Iterator[tuple[str, list[str]]]:
    """Takes everything; the paths that were asked for, in order."""
    got: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.do_GET()

        def do_GET(self) -> None:
            got.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing to the test's output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", got
    finally:
        server.shutdown()
        server.server_close()


def paging(url: str) -> dict[str, str]:
    """A channel for every rota, and a heartbeat each second."""
    rota = json.dumps({name: {"channels": ["all"]} for name in ("abuse", "health", "minors")})
    return {
        "VEILLE_CHANNELS": json.dumps({"all": {"type": "webhook", "url": f"{url}/page", "secret": "s" * 32}}),
        "VEILLE_INCIDENTS__ROTAS": rota,
        "VEILLE_INCIDENTS__WAIT_MINUTES": "0",
        "VEILLE_DELIVERY__HEARTBEAT_URL": f"{url}/beat",
        "VEILLE_DELIVERY__HEARTBEAT_SECONDS": "1",
        "VEILLE_DELIVERY__HANDOVER_TO": '["all"]',
    }


def wait_for_events(reader: Reader, number: int, service: Running) -> None:
    wait_until(lambda: count(reader) == number, f"{count(reader)} of {number}; {service.tail()}")


def wait_for_the_fault(reader: Reader, service: Running) -> None:
    opened = "SELECT count(*) FROM incidents WHERE rule = 'shared-topics' AND state = 'open'"
    wait_until(lambda: count(reader, opened) == 1, f"it is at fault; {service.tail()}")


def flagged(number: int) -> dict[str, Any]:
    return mention(number, request_class="sexualising", minor_suspected=True, minor_suspected_source="test")


def test_two_folders_read_everything_and_only_the_older_one_sends(kafka_broker: Broker, tmp_path: Path) -> None:
    names, topic = topics(kafka_broker, "shared"), "mentions-shared"
    names["VEILLE_KAFKA__GROUP_ID"] = "shared"
    produce(kafka_broker, topic, [mention(n) for n in range(EVENTS)])
    with receiver() as (old_url, old_got), receiver() as (new_url, new_got):
        production = Running(tmp_path / "production", kafka_broker.bootstrap_servers, **names, **paging(old_url))
        production.start()
        readers = {"production": Reader(tmp_path / "production" / "published" / "analyst")}
        wait_until(lambda: count(readers["production"]) == EVENTS, production.tail())
        wait_until(lambda: "/beat" in old_got, f"alone, it sends; {production.tail()}")
        # A copy of everything, as `cp -a` makes it, and started beside it.
        veille("backup", str(tmp_path / "staging"), data_dir=tmp_path / "production")
        for name in ("pseudonym.key", "folder.json"):
            shutil.copy2(tmp_path / "production" / name, tmp_path / "staging" / name)
        staging = Running(tmp_path / "staging", kafka_broker.bootstrap_servers, **names, **paging(new_url))
        staging.start()
        readers["staging"] = Reader(tmp_path / "staging" / "published" / "analyst")
        wait_until(lambda: staging.api("/v1/status")[1] is not None, staging.tail())
        wait_until(
            lambda: (staging.api("/v1/status")[1] or {}).get("quiet") is True, f"it starts quiet; {staging.tail()}"
        )
        produce(kafka_broker, topic, [*(mention(n) for n in range(EVENTS, 2 * EVENTS)), flagged(90_000)])
        for name, service in (("production", production), ("staging", staging)):
            wait_for_events(readers[name], 2 * EVENTS + 1, service)
            wait_for_the_fault(readers[name], service)
        wait_until(lambda: "/page" in old_got, f"the older one pages; {production.tail()}")
        assert new_got == [], "nothing left the quiet one"
        for service, quiet in ((production, "0.0"), (staging, "1.0")):
            metrics = service.api("/metrics")[1]
            assert f"veille_quiet {quiet}" in metrics
            assert "veille_shared_topics 1.0" in metrics
        said = veille("doctor", data_dir=tmp_path / "staging", check=False, **staging.settings).stdout
        assert "quiet since" in said
        assert "go-live" in said
        assert "other readers" in said
        done = veille("incidents", "go-live", "-m", "production is gone", data_dir=tmp_path / "staging")
        assert "sends since" in done.stdout
        wait_until(lambda: {"/beat", "/page"} <= set(new_got), f"now it sends; {staging.tail()}")
        assert count(readers["staging"], "SELECT count(*) FROM service_modes WHERE mode = 'quiet'") == 1
        assert (production.stop(), staging.stop()) == (0, 0)


def committed(broker: Broker, folder: Path) -> bool:
    """Whether others can see on the broker that the folder reads."""
    return bool(broker.committed(f"copied-{json.loads((folder / 'folder.json').read_text())['folder'][:8]}"))


def test_the_same_place_restarted_and_a_copy_of_the_whole_folder(kafka_broker: Broker, tmp_path: Path) -> None:
    names = topics(kafka_broker, "copied", partitions=1)
    names["VEILLE_KAFKA__GROUP_ID"] = "copied"
    produce(kafka_broker, "mentions-copied", [mention(1)])
    first = tmp_path / "first"
    service = Running(first, kafka_broker.bootstrap_servers, **names)
    for _ in range(2):
        service.start()
        wait_until(lambda: (service.api("/v1/status")[1] or {}).get("sends") is True, service.tail())
        wait_until(lambda: committed(kafka_broker, first), "the broker knows that the first folder reads")
        service.kill()
    subprocess.run(["cp", "-a", str(first), str(tmp_path / "second")], check=True)
    before = json.loads((first / "folder.json").read_text())["folder"]
    copy = Running(tmp_path / "second", kafka_broker.bootstrap_servers, **names)
    copy.start()
    wait_until(lambda: (copy.api("/v1/status")[1] or {}).get("quiet") is True, f"{copy.tail()}")
    (neighbour,) = copy.api("/v1/status")[1]["neighbours"]
    assert neighbour["folder"] == before[:8]
    assert json.loads((tmp_path / "second" / "folder.json").read_text())["folder"] != before
    assert copy.stop() == 0


@pytest.mark.parametrize("client", ["kafka-python", "confluent"])
def test_a_topic_made_anew_while_down_is_read_from_its_start(kafka_broker: Broker, tmp_path: Path, client: str) -> None:
    """The stored offset, 800, lies within the new log of 3,000: all of it must be read, and the 800 count once."""
    tag = f"anew-{client}"
    names, topic, data = topics(kafka_broker, tag, partitions=1), f"mentions-{tag}", tmp_path / "data"
    names["VEILLE_KAFKA__CLIENT"] = client
    produce(kafka_broker, topic, [mention(n) for n in range(800)])
    service = Running(data, kafka_broker.bootstrap_servers, **names)
    service.start()
    reader = Reader(data / "published" / "analyst")
    wait_until(lambda: count(reader) == 800, service.tail())
    assert service.stop() == 0
    kafka_broker.delete_topic(topic)
    kafka_broker.create_topic(topic)
    produce(kafka_broker, topic, [mention(n) for n in range(400, 3400)])
    service.start()
    wait_until(lambda: count(reader) == 3400, f"{count(reader)}; {service.tail()}")
    wait_until(lambda: count(reader, "SELECT count(*) FROM stream_changes") == 1, service.tail())
    changed = reader.query("SELECT topic, reason, wanted, start, lost FROM stream_changes").row(0)
    assert changed == (topic, "recreated", 800, 0, 0)
    assert f'veille_logs_changed_total{{reason="recreated",topic="{topic}"}} 1.0' in service.api("/metrics")[1]
    assert "the topic was deleted and recreated" in service.log.read_text()
    assert count(reader, "SELECT count(DISTINCT event_id) FROM mentions") == 3400
    assert service.stop() == 0
