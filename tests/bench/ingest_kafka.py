"""Kafka (lz4) → published rows with both clients, each beside a bare consumer that only counts."""

import multiprocessing
import sys
import tempfile
import time
from pathlib import Path

from confluent_kafka import Consumer, Producer
from kafka import KafkaConsumer

from tests.bench.report import line
from tests.bench.usage import Sampler
from tests.integration.runner import Running
from tests.kafka_broker import Broker, running_broker
from veille.events import EventType
from veille.simulate import messages, scenario, simulate

EVENTS, PARTITIONS, SEED = 400_000, 3, 7
TOPICS = {kind: f"veille.{kind.table}" for kind in EventType}


def main() -> None:
    with running_broker() as broker, tempfile.TemporaryDirectory() as folder:
        total = _produce(broker)
        bare = {}
        for client, count in (("kafka-python", _count_kafka_python), ("confluent", _count_confluent)):
            rate, cpu = _in_a_process(count, broker.bootstrap_servers, total)
            bare[client] = rate
            line(f"bare {client} consumer that only counts, {total:,} messages, lz4", f"{rate:,.0f}/s, {cpu:.1f} CPU s")
        for client, floor in bare.items():
            rate, cpu, peak = _ingest(broker, Path(folder) / client / "data", client, total)
            target, met = (
                ("≥ 0.5 × bare", rate >= 0.5 * floor) if client == "kafka-python" else ("≥ 100,000/s", rate >= 100_000)
            )
            line(
                f"veille run with {client}: to committed and published rows",
                f"{rate:,.0f} events/s ({rate / floor:.2f} × bare), {cpu:.1f} CPU s, peak {peak / (1 << 20):,.0f} MiB",
                target=target,
                met=met,
            )


def _produce(broker: Broker) -> int:
    """One simulated history on the broker; returns the number of messages."""
    for topic in TOPICS.values():
        broker.create_topic(topic, partitions=PARTITIONS)
    producer = Producer(
        {
            "bootstrap.servers": broker.bootstrap_servers,
            "compression.type": "lz4",
            "linger.ms": 20,
            "queue.buffering.max.messages": 1_000_000,
        }
    )
    world = simulate(scenario("grok-winter-2026", seed=SEED, scale=EVENTS // 2))
    total = 0
    for kind, frame in zip(EventType, (world.mentions, world.generations, world.moderations), strict=True):
        for number, message in enumerate(messages(frame, kind.value)):
            producer.produce(TOPICS[kind], message, partition=number % PARTITIONS)
            total += 1
            if not total % 10_000:
                producer.poll(0)
    producer.flush()
    return total


def _in_a_process(count, address: str, total: int) -> tuple[float, float]:  # type: ignore[no-untyped-def]
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(count, (address, total))  # type: ignore[no-any-return]


def _count_kafka_python(address: str, total: int) -> tuple[float, float]:
    consumer = KafkaConsumer(
        *TOPICS.values(), bootstrap_servers=address, group_id="bare-python", auto_offset_reset="earliest"
    )
    seen, begun, cpu = 0, 0.0, time.process_time()
    while seen < total:
        for records in consumer.poll(200, max_records=20_000).values():
            begun = begun or time.monotonic()
            seen += len(records)
    return total / (time.monotonic() - begun), time.process_time() - cpu


def _count_confluent(address: str, total: int) -> tuple[float, float]:
    consumer = Consumer({"bootstrap.servers": address, "group.id": "bare-confluent", "auto.offset.reset": "earliest"})
    consumer.subscribe(list(TOPICS.values()))
    seen, begun, cpu = 0, 0.0, time.process_time()
    while seen < total:
        found = len(consumer.consume(20_000, 0.2))
        if found:
            begun = begun or time.monotonic()
        seen += found
    return total / (time.monotonic() - begun), time.process_time() - cpu


def _ingest(broker: Broker, data: Path, client: str, total: int) -> tuple[float, float, int]:
    data.parent.mkdir(parents=True)
    service = Running(
        data,
        broker.bootstrap_servers,
        VEILLE_KAFKA__CLIENT=client,
        VEILLE_KAFKA__GROUP_ID=f"bench-{client}",
        VEILLE_LOG__LEVEL="error",
    )
    service.start()
    assert service.process is not None
    sampler = Sampler(service.process.pid)
    sampler.start()
    first = (0.0, 0)
    while True:
        status = service.api("/v1/status")[1] or {}
        lines, published = status.get("lines", 0), status.get("published_batch") == status.get("committed_batch")
        if lines and not first[1]:
            first = (time.monotonic(), lines)
        if lines >= total and published:
            break
        if not service.alive:
            sys.exit(service.tail())
        time.sleep(0.05)
    elapsed = time.monotonic() - first[0]
    sampler.stop.set()
    service.stop()
    return (total - first[1]) / elapsed, sum(sampler.cpu.values()), sampler.peak
