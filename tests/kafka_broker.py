"""A genuine Apache Kafka broker (KRaft, one node) for tests and benches.

    with running_broker() as broker:
        broker.create_topic("veille.mentions", partitions=3)
        ...
        broker.kill(); broker.start()      # same ports, same log: what was acknowledged is still there

It listens in the clear (`bootstrap_servers`) and with TLS and SASL/PLAIN (`secure_options`).

    python -m tests.kafka_broker       # fetches the jars and records what Java loads: later starts take half the processor time
"""

import base64
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import NewPartitions, NewTopic, OffsetSpec
from kafka.errors import KafkaError

from tests.kafka_certificate import write_certificate
from tests.kafka_jars import BrokerUnavailableError, class_path, java, shared_classes

HOST = "127.0.0.1"
USER, PASSWORD = "veille-test", "not-a-secret"
MAX_MESSAGE_BYTES = 12 * 1024 * 1024
START_SECONDS = 60.0
# Fast to start, small to hold: the broker shares the machine with what is tested.
_JVM = ["-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
_LOGGING = ["-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-Dorg.slf4j.simpleLogger.showDateTime=true"]

__all__ = ["Broker", "BrokerUnavailableError", "running_broker"]


class Broker:
    """One broker with its own folder. `kill` and `start` again keep ports and log."""

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        """settings: more lines of server.properties. Raises BrokerUnavailableError."""
        self._folder = folder
        classes = shared_classes()
        shared = [f"-XX:SharedArchiveFile={classes}", "-Xshare:auto"] if classes.exists() else []
        self._command = [java(), *_JVM, *shared, *_LOGGING, "-cp", class_path()]
        self._process: subprocess.Popen[bytes] | None = None
        self._port, self._secure_port, controller = _free_ports(3)
        self.certificate = folder / "broker.pem"
        write_certificate(self.certificate, folder / "keystore.pem", HOST)
        self._properties = folder / "server.properties"
        lines = self._server_properties(controller) | dict(settings or {})
        self._properties.write_text("".join(f"{key}={value}\n" for key, value in lines.items()), encoding="utf-8")
        self._format()

    @property
    def bootstrap_servers(self) -> str:
        return f"{HOST}:{self._port}"

    @property
    def secure_bootstrap_servers(self) -> str:
        """The listener that asks for TLS and SASL/PLAIN."""
        return f"{HOST}:{self._secure_port}"

    @property
    def secure_options(self) -> dict[str, str]:
        """What a kafka-python client must be told to be let in there."""
        return {
            "security_protocol": "SASL_SSL",
            "ssl_cafile": str(self.certificate),
            "sasl_mechanism": "PLAIN",
            "sasl_plain_username": USER,
            "sasl_plain_password": PASSWORD,
        }

    @contextmanager
    def admin(self) -> Iterator[KafkaAdminClient]:
        """A fresh admin client: one that outlived a crash would answer late."""
        client = KafkaAdminClient(bootstrap_servers=self.bootstrap_servers, client_id="veille-tests")
        try:
            yield client
        finally:
            client.close()

    def start(self, *options: str) -> None:
        """Start and wait until it answers. options: of Java. Raises RuntimeError with the end of its log where it does not."""
        with (self._folder / "broker.log").open("ab") as log:
            program, *rest = self._command
            command = [program, *options, *rest, "kafka.Kafka", str(self._properties)]
            self._process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"the Kafka broker did not start:\n{self._log_end()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Shut down in order, as an operator would."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Crash and come back."""
        self.kill()
        self.start()

    def create_topic(self, name: str, partitions: int = 1, **configs: str) -> None:
        """Create a topic and wait until its partitions have leaders; configs as `retention_ms="1"`."""
        settings = {key.replace("_", "."): value for key, value in configs.items()}
        with self.admin() as admin:
            admin.create_topics([NewTopic(name, partitions, 1, topic_configs=settings)])
            admin.wait_for_topics([name])

    def delete_topic(self, name: str) -> None:
        """Delete a topic and wait until it is gone."""
        with self.admin() as admin:
            admin.delete_topics([name])
            while name in admin.list_topics():
                time.sleep(0.02)

    def add_partitions(self, name: str, total: int) -> None:
        """Raise a topic's number of partitions."""
        with self.admin() as admin:
            admin.create_partitions({name: NewPartitions(total)})

    def delete_records(self, name: str, partition: int, before: int) -> None:
        """Move the start of a partition's log, as retention does."""
        with self.admin() as admin:
            admin.delete_records({TopicPartition(name, partition): before})

    def end_offsets(self, topic: str) -> dict[int, int]:
        """Partition → offset of the next message."""
        with self.admin() as admin:
            (described,) = admin.describe_topics([topic])
            places = [TopicPartition(topic, part["partition_index"]) for part in described["partitions"]]
            latest = admin.list_partition_offsets(dict.fromkeys(places, OffsetSpec.LATEST))
        return {place.partition: found.offset for place, found in latest.items()}

    def committed(self, group: str) -> dict[tuple[str, int], int]:
        """What a consumer group has committed: (topic, partition) → next offset."""
        with self.admin() as admin:
            found = admin.list_group_offsets([group])[group]
        return {(place.topic, place.partition): meta.offset for place, meta in found.items()}

    def _server_properties(self, controller: int) -> dict[str, str]:
        jaas = "org.apache.kafka.common.security.plain.PlainLoginModule"
        return {
            "process.roles": "broker,controller",
            "node.id": "1",
            "listeners": f"PLAINTEXT://{HOST}:{self._port},SASL_SSL://{HOST}:{self._secure_port},"
            f"CONTROLLER://{HOST}:{controller}",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT",
            "controller.listener.names": "CONTROLLER",
            "controller.quorum.bootstrap.servers": f"{HOST}:{controller}",
            "sasl.enabled.mechanisms": "PLAIN",
            "listener.name.sasl_ssl.plain.sasl.jaas.config": f'{jaas} required user_{USER}="{PASSWORD}";',
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(self._folder / "keystore.pem"),
            "log.dirs": str(self._folder / "log"),
            "message.max.bytes": str(MAX_MESSAGE_BYTES),
            "replica.fetch.max.bytes": str(MAX_MESSAGE_BYTES),
            "offsets.topic.replication.factor": "1",
            "offsets.topic.num.partitions": "1",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "share.coordinator.state.topic.replication.factor": "1",
            "share.coordinator.state.topic.min.isr": "1",
            "group.initial.rebalance.delay.ms": "0",
            "group.min.session.timeout.ms": "1000",
            # A crashed broker is taken back once its former session is over.
            "broker.session.timeout.ms": "1500",
            "broker.heartbeat.interval.ms": "200",
            "auto.create.topics.enable": "false",
            "log.segment.delete.delay.ms": "1000",
        }

    def _format(self) -> None:
        # A leading dash would be taken for an option.
        identity = "A" + base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")[1:]
        arguments = ["kafka.tools.StorageTool", "format", "--standalone", "-t", identity, "-c", str(self._properties)]
        done = subprocess.run([*self._command, *arguments], check=False, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"the Kafka broker's folder could not be formatted:\n{done.stdout}{done.stderr}")

    def _answers(self) -> bool:
        try:
            with socket.create_connection((HOST, self._port), timeout=1), self.admin() as admin:
                return bool(admin.describe_cluster())
        except (OSError, KafkaError):
            return False

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait()
            self._process = None

    def _log_end(self) -> str:
        return (self._folder / "broker.log").read_text(encoding="utf-8", errors="replace")[-3000:]


@contextmanager
def running_broker(settings: Mapping[str, str] | None = None, java_options: Sequence[str] = ()) -> Iterator[Broker]:
    """A started broker in a temporary folder; ended and removed afterwards. Raises BrokerUnavailableError."""
    folder = Path(tempfile.mkdtemp(prefix="veille-kafka-"))
    broker: Broker | None = None
    try:
        broker = Broker(folder, settings)
        broker.start(*java_options)
        yield broker
    finally:
        if broker is not None:
            broker.kill()
        shutil.rmtree(folder, ignore_errors=True)


def record_classes() -> None:
    """Have Java keep what a broker loads at its start. Nothing where that was done. Raises BrokerUnavailableError."""
    classes = shared_classes()
    if classes.exists():
        return
    fresh = classes.with_suffix(".new")
    with running_broker(java_options=[f"-XX:ArchiveClassesAtExit={fresh}"]) as broker:
        broker.stop()
    fresh.rename(classes)


def _free_ports(count: int) -> list[int]:
    """Free ports below the range from which systems take outgoing ones.

    Were a port inside it, a client that knocks while the broker is down could connect to itself and hold the port.
    """
    free: list[int] = []
    while len(free) < count:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
        if port not in free:
            free.append(port)
    return free


if __name__ == "__main__":
    record_classes()
