"""Nothing that happens to the process or the broker loses an event or counts one twice."""

import random
import threading
import time
from pathlib import Path

import pytest
from kafka import KafkaProducer

from tests.amounts import amount
from tests.integration.runner import Running, wait_until
from tests.kafka_broker import Broker
from tests.unit.make import generation, mention, raw
from veille.store.errors import StoreError
from veille.store.reader import CatalogueMissing, Reader

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.long]

KILLS = amount(5, 20)
PARTS, PART_SECONDS, SLICES = KILLS + 1, 1.5, 4
"""The feed comes in parts, one for each life of the service, each spread over about PART_SECONDS in SLICES."""
MENTIONS, GENERATIONS = 1_200 * PARTS, 400 * PARTS


def topics(broker: Broker, tag: str) -> dict[str, str]:
    names = {kind: f"{kind}-{tag}" for kind in ("mentions", "generations", "moderations")}
    for name in names.values():
        broker.create_topic(name, partitions=3)
    return {f"VEILLE_KAFKA__{kind.upper()}_TOPIC": name for kind, name in names.items()}


def producer_for(broker: Broker) -> KafkaProducer:
    """A producer that outlives the broker's death: it retries until it is told."""
    return KafkaProducer(
        bootstrap_servers=broker.bootstrap_servers, compression_type="lz4", delivery_timeout_ms=120_000, linger_ms=5
    )


def produce_slowly(broker: Broker, names: dict[str, str], released: threading.Semaphore, done: threading.Event) -> None:
    """All events, some twice; a part each time it is `released`."""
    mentions, generations = names["VEILLE_KAFKA__MENTIONS_TOPIC"], names["VEILLE_KAFKA__GENERATIONS_TOPIC"]
    producer, slices = producer_for(broker), PARTS * SLICES
    for part in range(slices):
        if part % SLICES == 0:
            released.acquire()
        asked = [*range(part * MENTIONS // slices, (part + 1) * MENTIONS // slices)]
        for n in [*asked, *asked[:20]]:  # a producer that retries
            producer.send(mentions, raw(mention(n)), key=b"k%d" % (n % 50))
        for n in range(part * GENERATIONS // slices, (part + 1) * GENERATIONS // slices):
            producer.send(generations, raw(generation(n)), key=b"k%d" % (n % 50))
        time.sleep(PART_SECONDS / SLICES)
    producer.flush()
    producer.close()
    done.set()


def published(reader: Reader) -> tuple[int, int, int]:
    row = reader.query(
        "SELECT (SELECT count(*) FROM mentions), (SELECT count(DISTINCT event_id) FROM mentions), (SELECT count(*) FROM generations)"
    ).row(0)
    return row[0], row[1], row[2]


class CatalogueWatch(threading.Thread):
    """Queries the catalogue in a loop; every failure after the first success is kept."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(daemon=True)
        self.reader, self.failures, self.reads, self.stop = reader, list[str](), 0, threading.Event()
        self.last = 0
        """Mentions that were published at the latest look."""

    def run(self) -> None:
        while not self.stop.wait(0.2):
            try:
                now = published(self.reader)
                if now[0] < self.last or now[0] != now[1]:
                    self.failures.append(f"{self.last} → {now}")
                self.last, self.reads = now[0], self.reads + 1
            except CatalogueMissing:
                if self.reads:
                    self.failures.append("the catalogue vanished")
            except StoreError as error:
                self.failures.append(str(error))


def test_kills_of_the_service_and_of_the_broker_in_mid_stream(kafka_broker: Broker, tmp_path: Path) -> None:
    names = topics(kafka_broker, "kills")
    data = tmp_path / "data"
    settings = {"VEILLE_INGEST__BATCH_MESSAGES": "500", "VEILLE_INGEST__DECODE_PROCESSES": "1"}
    service = Running(data, kafka_broker.bootstrap_servers, **settings, **names)
    reader, rng, done = Reader(data / "published" / "analyst"), random.Random(7), threading.Event()
    watch = CatalogueWatch(reader)
    watch.start()
    released = threading.Semaphore(0)
    producer = threading.Thread(target=produce_slowly, args=(kafka_broker, names, released, done), daemon=True)
    producer.start()
    for number in range(KILLS):
        before = watch.last
        released.release()
        service.start()
        if number % 3 == 0:  # while it starts
            time.sleep(rng.uniform(0.3, 3.0))
        else:  # while it takes in and publishes, however slow the machine is
            wait_until(lambda before=before: watch.last > before, f"more is published; {service.tail()}")  # type: ignore[misc]
            time.sleep(rng.uniform(0.0, 0.8))
        if number == KILLS // 2:
            kafka_broker.restart()
        assert service.alive, service.tail()
        service.kill()
    released.release()
    service.start()
    producer.join(90)
    assert done.is_set(), "the producer did not finish"
    wait_until(lambda: _complete(reader), f"of {MENTIONS}, {GENERATIONS} published: {watch.last}; {service.tail()}")
    assert service.stop() == 0, service.tail()
    watch.stop.set()
    watch.join(10)
    assert published(reader) == (MENTIONS, MENTIONS, GENERATIONS)
    assert watch.reads > 20
    assert not watch.failures
    _positions_are_the_log_end(kafka_broker, data, names)


def _complete(reader: Reader) -> bool:
    try:
        return published(reader) >= (MENTIONS, MENTIONS, GENERATIONS)
    except StoreError:
        return False


def _positions_are_the_log_end(broker: Broker, data: Path, names: dict[str, str]) -> None:
    from veille.config import Store
    from veille.events import Position
    from veille.privacy import load_key
    from veille.store.database import Database

    database = Database(data / "veille.duckdb", Store(), load_key(data / "pseudonym.key"))
    positions = database.positions()
    database.close()
    for topic in names.values():
        for partition, end in broker.end_offsets(topic).items():
            assert positions.get((topic, partition), Position(0)).offset == end


def test_a_broker_that_is_down_at_start_is_waited_for(kafka_broker: Broker, tmp_path: Path) -> None:
    names = topics(kafka_broker, "late")
    producer = producer_for(kafka_broker)
    producer.send(names["VEILLE_KAFKA__MENTIONS_TOPIC"], raw(mention(1)))
    producer.close()
    kafka_broker.kill()
    service = Running(tmp_path / "data", kafka_broker.bootstrap_servers, **names)
    service.start()
    wait_until(lambda: service.api("/readyz")[0] == 503, f"not ready while the broker is down; {service.tail()}")
    assert "source: " in str(service.api("/readyz")[1])
    assert service.api("/healthz")[0] == 200
    kafka_broker.restart()
    reader = Reader(tmp_path / "data" / "published" / "analyst")
    wait_until(lambda: _count(reader) == 1, f"the event arrives once the broker is back; {service.tail()}")
    wait_until(lambda: service.api("/readyz")[0] == 200, "ready again")
    status, text = service.api("/metrics")
    assert status == 200
    assert 'veille_messages_total{outcome="accepted"} 1.0' in text
    assert service.stop() == 0


def _count(reader: Reader) -> int:
    try:
        return int(reader.query("SELECT count(*) FROM mentions").item())
    except StoreError:
        return -1
