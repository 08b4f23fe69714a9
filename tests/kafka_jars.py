"""Where the broker's jars come from: Maven, once, into the user's cache folder."""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from filelock import FileLock

POM = Path(__file__).parent / "kafka-broker" / "pom.xml"
OLDEST_JAVA = 17


class BrokerUnavailableError(Exception):
    """This machine cannot run a broker: one line that says what it lacks."""


def java() -> str:
    """The Java to run. Raises BrokerUnavailableError where there is none, or only one that is too old."""
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    if found is None:
        raise BrokerUnavailableError(f"the Kafka broker needs Java {OLDEST_JAVA} or later, and there is no java")
    told = subprocess.run([found, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', told)
    if version is None or int(version[1]) < OLDEST_JAVA:
        raise BrokerUnavailableError(f"the Kafka broker needs Java {OLDEST_JAVA} or later, and {found} is older")
    return found


def class_path() -> str:
    """The broker's class path; the first call on a machine fetches the jars (about 45 MB).

    Several processes may ask at once. Raises BrokerUnavailableError without Maven or without a network.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "veille-kafka"
    jars = cache / hashlib.sha256(POM.read_bytes()).hexdigest()[:16]
    if not jars.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(cache / "lock"):
            if not jars.is_dir():
                _fetch(jars)
    return f"{jars}/*"


def shared_classes() -> Path:
    """Where Java keeps the classes of a broker that has started, beside the jars; may not exist (tests.kafka_broker)."""
    return Path(class_path().removesuffix("/*") + ".jsa")


def _fetch(jars: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise BrokerUnavailableError("the Kafka broker's jars come through Maven, and there is no mvn")
    with tempfile.TemporaryDirectory(dir=jars.parent) as folder:
        copied = Path(folder) / "jars"
        # Maven writes beside the pom, so it is given its own copy of it.
        pom = shutil.copy(POM, folder)
        command = [maven, "-q", "-B", "-f", pom, "dependency:copy-dependencies", f"-DoutputDirectory={copied}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            reason = next((line for line in done.stdout.splitlines() if "ERROR" in line), "no reason given")
            raise BrokerUnavailableError(f"Maven could not fetch the Kafka broker's jars: {reason[:300]}")
        copied.rename(jars)
