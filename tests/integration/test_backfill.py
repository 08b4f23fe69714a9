"""A backfill that arrives through a genuine broker gives what a replay of it gives: the same findings, the same incidents, no page."""

import gzip
from pathlib import Path
from typing import Any

import pytest

from tests.amounts import LONG
from tests.integration.runner import Running, veille, wait_until
from tests.kafka_broker import Broker
from tests.shared_data import shared_data
from veille.store.errors import StoreError
from veille.store.reader import Reader

pytestmark = [
    *(pytest.mark.data, pytest.mark.slow, pytest.mark.long, pytest.mark.kafka),
    pytest.mark.skipif(not LONG, reason="more than CI has time for: make test-long"),
]

TAKEN = 30_000
"""The last lines of the file, with two coordinated attacks."""
SECONDS = 1800
OPTIONS = ("--type", "mention", "--map", "prompt=text")
KEY: dict[str, Any] = {"VEILLE_PRIVACY__KEY": "5e" * 32}
SOON: dict[str, Any] = {"VEILLE_PUBLISH__IDLE_PARTITION_SECONDS": "5"}
"""The partitions that end first are not waited for any longer than this."""

FOUND = {
    "surges": "SELECT surge_id, opened_at, closed_at, observed, accounts FROM surges ORDER BY ALL",
    "drops": "SELECT surge_id, opened_at, closed_at, observed, accounts FROM drops ORDER BY ALL",
    "clusters": "SELECT cluster_id, tier, born_at, accounts, targets FROM clusters ORDER BY ALL",
    "insistent": "SELECT finding_id, first_at, last_at, requests, fulfilled FROM insistent_accounts ORDER BY ALL",
    "incidents": """
        SELECT rule, severity, subject_kind, subject, onset_at, last_at, requests, accounts, targets
        FROM incidents WHERE kind <> 'fault' AND merged_into IS NULL ORDER BY ALL
    """,
}


def asked(data: Path, statement: str) -> list[tuple[Any, ...]]:
    return Reader(data / "published" / "analyst").query(statement).rows()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lines = gzip.decompress(shared_data("ira_dev.ndjson.gz").read_bytes()).splitlines(keepends=True)[-TAKEN:]
    made = tmp_path_factory.mktemp("lines") / "old.ndjson"
    made.write_bytes(b"".join(lines))
    return made


def caught_up(service: Running, told: list[Any]) -> bool:
    """Whether everything has come and is decided; what /healthz and /v1/status said meanwhile is noted."""
    _, health = service.api("/healthz")
    _, status = service.api("/v1/status")
    if not isinstance(status, dict) or not isinstance(health, dict):
        return False
    told.append((health["catching_up"], status["faults"]))
    return bool(status["accepted"] == TAKEN and told[-1][0] is None and told[-2:-1] and told[-2][0] is None)


def test_it_gives_what_a_replay_gives(file: Path, tmp_path: Path, kafka_broker: Broker) -> None:
    replayed, streamed = tmp_path / "replayed", tmp_path / "streamed"
    veille("replay", str(file), *OPTIONS, data_dir=replayed, **KEY)
    names: dict[str, Any] = {}
    for kind in ("mentions", "generations", "moderations"):
        kafka_broker.create_topic(f"{kind}-old", partitions=4)
        names[f"VEILLE_KAFKA__{kind.upper()}_TOPIC"] = f"{kind}-old"
    address: dict[str, Any] = {"VEILLE_KAFKA__BOOTSTRAP_SERVERS": kafka_broker.bootstrap_servers}
    veille("produce", str(file), *OPTIONS, data_dir=streamed, **names, **address)
    service = Running(streamed, kafka_broker.bootstrap_servers, **names, **KEY, **SOON)
    service.start()
    told: list[Any] = []
    try:
        wait_until(lambda: caught_up(service, told), "all is decided", seconds=SECONDS)
        wanted = asked(replayed, FOUND["incidents"])

        def taken_in() -> bool:
            try:
                return asked(streamed, FOUND["incidents"]) == wanted
            except StoreError:
                return False

        wait_until(taken_in, f"the same incidents; {service.tail()}")
    finally:
        status = service.stop()
    assert status == 0
    assert wanted
    assert {name: asked(streamed, each) for name, each in FOUND.items()} == {
        name: asked(replayed, each) for name, each in FOUND.items()
    }
    assert [state for state, _ in told if state], "it said that it was catching up"
    assert not [line for _, faults in told for line in faults if line.startswith("detection")]
    paged = asked(streamed, "SELECT count(*) FROM incidents WHERE kind <> 'fault' AND paged_at IS NOT NULL")
    assert paged == [(0,)]
    assert sum(row[0] == "coordinated-attack" for row in wanted) == 2
