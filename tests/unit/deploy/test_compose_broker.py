"""The broker's settings of docker-compose.yml, given to a genuine broker of the same release."""

import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from tests.kafka_broker import _free_ports
from tests.kafka_jars import BrokerUnavailableError, class_path, java
from tests.unit.deploy.paths import compose

pytestmark = [pytest.mark.kafka, pytest.mark.slow]
ENVIRONMENT: dict[str, str] = compose()["services"]["kafka"]["environment"]
START_SECONDS = 60.0
NOT_BROKER = {"CLUSTER_ID", "KAFKA_HEAP_OPTS"}


def properties(folder: Path) -> tuple[dict[str, str], dict[str, int]]:
    """server.properties as the image makes them of the environment, moved to this machine; and the ports by number."""
    ports = dict(zip(("9092", "9093", "9094"), _free_ports(3), strict=True))
    lines = {
        name.removeprefix("KAFKA_").lower().replace("_", "."): re.sub(
            r"\b909[234]\b", lambda found: str(ports[found[0]]), value.replace("kafka:", "127.0.0.1:")
        )
        for name, value in ENVIRONMENT.items()
        if name not in NOT_BROKER
    }
    return lines | {"log.dirs": str(folder / "log")}, ports


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[dict[str, int]]:
    """A running broker; its ports by their number in the file."""
    try:
        command = [java(), "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", class_path()]
    except BrokerUnavailableError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(str(error))
    lines, ports = properties(tmp_path)
    file = tmp_path / "server.properties"
    file.write_text("".join(f"{key}={value}\n" for key, value in lines.items()), encoding="utf-8")
    tool = ["kafka.tools.StorageTool", "format", "-t", ENVIRONMENT["CLUSTER_ID"], "-c", str(file)]
    made = subprocess.run([*command, *tool], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
    with (tmp_path / "broker.log").open("wb") as log:
        process = subprocess.Popen([*command, "kafka.Kafka", str(file)], stdout=log, stderr=log)
    try:
        wait_for(ports["9092"], process, tmp_path / "broker.log")
        yield ports
    finally:
        process.kill()
        process.wait()


def wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            running = process.poll() is None and time.monotonic() < deadline
            assert running, log.read_text(encoding="utf-8", errors="replace")[-3000:]
            time.sleep(0.1)


def brokers(port: int) -> list[int]:
    """Ports that the broker tells a client of this listener to use."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            client = KafkaAdminClient(bootstrap_servers=f"127.0.0.1:{port}", client_id="veille-tests")
            try:
                return [int(each["port"]) for each in client.describe_cluster()["brokers"]]
            finally:
                client.close()
        except KafkaError:
            assert time.monotonic() < deadline
            time.sleep(0.2)


def test_the_broker_starts_and_each_listener_names_itself(broker: dict[str, int]) -> None:
    assert brokers(broker["9092"]) == [broker["9092"]]
    assert brokers(broker["9094"]) == [broker["9094"]]
