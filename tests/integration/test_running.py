"""An operator's work while `veille run` owns the data folder, on a stream with one per cent of poison."""

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaProducer

from tests.integration.runner import Running, veille, wait_until
from tests.kafka_broker import Broker
from tests.unit.ingest.test_decode import POISON
from tests.unit.make import mention, raw
from veille.store.errors import StoreError
from veille.store.reader import Reader

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

GOOD = 5_000
NOT_IN_THE_PAST = ("future",)
"""Poison of the unit tests that depends on their clock."""


def poison() -> list[tuple[bytes | None, str]]:
    return [(message, rule) for message, rule in POISON if rule not in NOT_IN_THE_PAST]


def topics(broker: Broker, tag: str) -> dict[str, Any]:
    names = {}
    for kind in ("mentions", "generations", "moderations"):
        broker.create_topic(f"{kind}-{tag}", partitions=2, max_message_bytes="12000000")
        names[f"VEILLE_KAFKA__{kind.upper()}_TOPIC"] = f"{kind}-{tag}"
    return names


def count(reader: Reader, view: str = "mentions") -> int:
    try:
        return int(reader.query(f"SELECT count(*) FROM {view}").item())
    except StoreError:
        return -1


def test_poison_spares_its_neighbours_and_operators_can_work(kafka_broker: Broker, tmp_path: Path) -> None:
    names, data = topics(kafka_broker, "poison"), tmp_path / "data"
    rng, sent = random.Random(5), Counter[str]()
    producer = KafkaProducer(
        bootstrap_servers=kafka_broker.bootstrap_servers, max_request_size=12_000_000, compression_type="lz4"
    )
    bad = poison()
    for n in range(GOOD):
        producer.send(names["VEILLE_KAFKA__MENTIONS_TOPIC"], raw(mention(n)), key=b"%d" % (n % 20))
        if n % 100 == 0:
            message, rule = bad[n // 100 % len(bad)]
            producer.send(names["VEILLE_KAFKA__MENTIONS_TOPIC"], message, key=b"%d" % rng.randrange(20))
            sent[rule] += 1
    late = raw(mention(GOOD, who="late_one") | {"account_id": None})
    producer.send(names["VEILLE_KAFKA__MENTIONS_TOPIC"], late)
    producer.close()
    service = Running(data, kafka_broker.bootstrap_servers, **names)
    service.start()
    reader = Reader(data / "published" / "analyst")
    wait_until(lambda: count(reader) == GOOD, f"all good neighbours arrive; {service.tail()}")
    found = json.loads(veille("deadletters", "list", "--json", "--limit", "1000", data_dir=data).stdout)
    rules = Counter(letter["rule"] for letter in found)
    assert rules == sent + Counter({"required": 1})
    assert all(letter["partition"] in (0, 1) and letter["position"] >= 0 for letter in found)
    replayed = veille("deadletters", "replay", "--rule", "required", "--map", "account_id=who", "--json", data_dir=data)
    assert json.loads(replayed.stdout)["accepted"] == 1
    wait_until(lambda: count(reader) == GOOD + 1, "the mended message is published")
    refused = veille("replay", str(tmp_path / "x.ndjson"), data_dir=data, check=False)
    assert refused.returncode == 1
    (tmp_path / "x.ndjson").write_bytes(raw(mention(1)))
    refused = veille("replay", str(tmp_path / "x.ndjson"), "--type", "mention", data_dir=data, check=False)
    assert "in use by `veille run`" in refused.stderr
    copy = veille("backup", str(tmp_path / "copy"), data_dir=data)
    assert "rows in" in copy.stdout
    assert service.stop() == 0
    (tmp_path / "copy" / "pseudonym.key").write_text((data / "pseudonym.key").read_text())
    again = veille("replay", str(tmp_path / "x.ndjson"), "--type", "mention", "--json", data_dir=tmp_path / "copy")
    assert json.loads(again.stdout)["duplicates"] == 1
    assert count(Reader(tmp_path / "copy" / "published" / "analyst")) == GOOD + 1


def test_a_scenario_goes_to_kafka_and_arrives(kafka_broker: Broker, tmp_path: Path) -> None:
    names, data = topics(kafka_broker, "scenario"), tmp_path / "data"
    address = ("--bootstrap", kafka_broker.bootstrap_servers)
    sent = veille("simulate", "--kafka", "--scale", "10000", *address, data_dir=data, **names).stderr
    number = int(sent.splitlines()[-1].split()[0].replace(",", ""))  # progress stands before it where it took long
    service = Running(data, kafka_broker.bootstrap_servers, **names)
    service.start()
    reader = Reader(data / "published" / "analyst")

    def arrived() -> int:
        return sum(count(reader, view) for view in ("mentions", "generations", "moderations"))

    wait_until(lambda: arrived() == number, f"{number} simulated events arrive; {service.tail()}")
    assert reader.query("SELECT simulated FROM status").item() is True
    assert service.stop() == 0
