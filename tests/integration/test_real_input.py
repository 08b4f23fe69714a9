"""A real file comes to the same rows on every way in: its first month in CI, all of its 155,350 lines in the long form."""

import gzip
import json
import random
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.amounts import amount
from tests.integration.runner import Running, veille, wait_until
from tests.kafka_broker import Broker
from tests.shared_data import shared_data
from veille.store.errors import StoreError
from veille.store.reader import Reader

pytestmark = [pytest.mark.data, pytest.mark.slow, pytest.mark.long]

LINES = amount(8_000, 155_350)
OPTIONS = ("--type", "mention", "--map", "prompt=text")
KEY: dict[str, Any] = {"VEILLE_PRIVACY__KEY": "5e" * 32}


def replay(data: Path, file: Path, *extra: str) -> dict[str, int]:
    done = veille("replay", str(file), *OPTIONS, "--no-detect", "--json", *extra, data_dir=data, **KEY)
    counts: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return counts


def digest(data: Path) -> tuple[int, int]:
    """Number of published mentions, and a sum over their values that no order changes."""
    found = Reader(data / "published" / "analyst").query(
        "SELECT count(*), sum(hash(m)::HUGEINT)::VARCHAR FROM (SELECT * EXCLUDE (ingested_at) FROM mentions) AS m"
    )
    return found.row(0)[0], found.row(0)[1]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first LINES lines, compressed as they came."""
    lines = gzip.decompress(shared_data("ira_dev.ndjson.gz").read_bytes()).splitlines(keepends=True)
    made = tmp_path_factory.mktemp("lines") / "real.ndjson.gz"
    made.write_bytes(gzip.compress(b"".join(lines[:LINES]), compresslevel=1))
    return made


@pytest.fixture(scope="module")
def whole(file: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    data = tmp_path_factory.mktemp("real") / "data"
    return data, replay(data, file)


def test_every_line_is_accounted_for_and_a_second_replay_adds_none(
    whole: tuple[Path, dict[str, int]], file: Path
) -> None:
    data, counts = whole
    assert counts["lines"] == LINES == counts["accepted"] + counts["duplicates"] + counts["dead_letters"]
    before = digest(data)
    assert before[0] == counts["accepted"]
    again = replay(data, file)
    assert (again["lines"], again["accepted"], again["duplicates"]) == (LINES, 0, counts["accepted"])
    assert digest(data) == before


def test_batches_of_seven_give_the_same_rows(whole: tuple[Path, dict[str, int]], file: Path, tmp_path: Path) -> None:
    assert replay(tmp_path / "data", file, "--batch", "7") == whole[1]
    assert digest(tmp_path / "data") == digest(whole[0])


def test_shuffled_lines_give_the_same_rows(whole: tuple[Path, dict[str, int]], file: Path, tmp_path: Path) -> None:
    lines = gzip.decompress(file.read_bytes()).splitlines()
    random.Random(3).shuffle(lines)
    (tmp_path / "shuffled.ndjson").write_bytes(b"\n".join(lines))
    assert replay(tmp_path / "data", tmp_path / "shuffled.ndjson") == whole[1]
    assert digest(tmp_path / "data") == digest(whole[0])


@pytest.mark.kafka
def test_through_kafka_the_same_rows_arrive(
    whole: tuple[Path, dict[str, int]], file: Path, tmp_path: Path, kafka_broker: Broker
) -> None:
    names: dict[str, Any] = {}
    for kind in ("mentions", "generations", "moderations"):
        kafka_broker.create_topic(f"{kind}-real", partitions=4)
        names[f"VEILLE_KAFKA__{kind.upper()}_TOPIC"] = f"{kind}-real"
    address: dict[str, Any] = {"VEILLE_KAFKA__BOOTSTRAP_SERVERS": kafka_broker.bootstrap_servers}
    veille("produce", str(file), *OPTIONS, data_dir=tmp_path / "data", **names, **address)
    service = Running(tmp_path / "data", kafka_broker.bootstrap_servers, **names, **KEY)
    service.start()
    reader = Reader(tmp_path / "data" / "published" / "analyst")

    def arrived() -> bool:
        try:
            return bool(reader.query("SELECT count(*) FROM mentions").item() >= whole[1]["accepted"])
        except StoreError:
            return False

    wait_until(arrived, f"all real lines through Kafka; {service.tail()}")
    assert service.stop() == 0
    assert digest(tmp_path / "data") == digest(whole[0])


def test_a_copied_catalogue_works_after_its_one_statement(whole: tuple[Path, dict[str, int]], tmp_path: Path) -> None:
    import shutil

    copy = shutil.copytree(whole[0] / "published" / "analyst", tmp_path / "elsewhere")
    with duckdb.connect(str(copy / "catalog.duckdb"), read_only=True) as connection:
        connection.execute(f"SET VARIABLE veille_root = '{copy}'")
        assert connection.execute("SELECT count(*) FROM mentions").fetchall() == [(whole[1]["accepted"],)]
