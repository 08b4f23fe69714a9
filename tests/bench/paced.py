"""A service under a steady stream, and how old the newest visible event is: shared by the bench and a test.

As a program (`python -m tests.bench.paced DATA_DIR RATE SECONDS TARGETS`) it is the service: simulated arrivals at RATE events
a second, two mentions to one generation, each carrying the instant of its arrival as `collected_at`, the mentions spread over
TARGETS persons.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from veille.config import load
from veille.events import EventType
from veille.service.live import Arrival, LiveSource
from veille.service.logs import configure
from veille.service.supervise import run_service
from veille.store.errors import StoreError
from veille.store.reader import CatalogueMissing, Reader

EVERYBODY = 3_000_017
"""Targets of ordinary traffic, in which hardly anybody is asked about twice within a minute."""
SLICE = timedelta(milliseconds=50)
CLASSES = ("sexualising", "other_edit", "question", "other")
LANGUAGES = ("en", "pt", "es", "fr", "ja")
HEAVY = """
SELECT m.language, m.request_class, count(DISTINCT m.account_id) AS accounts, count(DISTINCT m.target_id) AS targets
FROM mentions AS m LEFT JOIN generations AS g ON g.mention_id = m.event_id
GROUP BY ALL ORDER BY ALL
"""


def arrivals(rate: int, seconds: float, start: datetime, targets: int = EVERYBODY) -> Iterator[Arrival]:
    """Slices of events from `start` on."""
    number, due = 0, 0.0
    for step in range(int(seconds / SLICE.total_seconds())):
        at = start + (step + 1) * SLICE
        due += rate * SLICE.total_seconds()
        stamp = at.isoformat()
        mentions, generations = [], []
        while number < due:
            mention = number - number // 3
            if number % 3 == 2:
                generations.append(_generation(mention - 1, stamp))
            else:
                mentions.append(_mention(mention, stamp, targets))
            number += 1
        yield at, EventType.MENTION, mentions
        yield at, EventType.GENERATION, generations


def _mention(n: int, stamp: str, targets: int) -> bytes:
    return (
        f'{{"event_id":"m{n}","occurred_at":"{stamp}","collected_at":"{stamp}","platform":"x","account_id":"asker_{n * 7919 % 40009}",'
        f'"target_id":"creator_{n * 104729 % targets}","post_id":"p{n}","request_class":"{CLASSES[n % 4]}","generator":"grok",'
        f'"language":"{LANGUAGES[n % 5]}","prompt":"@grok change the colour {n % 50}","collection_id":"simulated:paced@1"}}'
    ).encode()


def _generation(n: int, stamp: str) -> bytes:
    return (
        f'{{"event_id":"g{n}","occurred_at":"{stamp}","collected_at":"{stamp}","platform":"x","mention_id":"m{n}",'
        f'"outcome":"{"refused" if n % 3 else "fulfilled"}","generator":"grok","surface":"reply","collection_id":"simulated:paced@1"}}'
    ).encode()


@dataclass
class Freshness:
    """ages: seconds between an event's arrival and now, for the newest visible event, at each look. failures: readers' errors."""

    ages: list[float] = field(default_factory=list)
    looks: list[float] = field(default_factory=list)
    heavy: int = 0
    failures: list[str] = field(default_factory=list)
    visible: int = 0

    def quantile(self, share: float) -> float:
        return float(np.quantile(self.ages, share))


def measure(data_dir: Path, rate: int, seconds: float, *, heavy: bool, targets: int = EVERYBODY) -> Freshness:
    """Run the service for `seconds` at `rate` events/s and look at it every 0.1 s, with an endless heavy reader or without."""
    command = [sys.executable, "-m", "tests.bench.paced", str(data_dir), str(rate), str(seconds), str(targets)]
    kept = {key: value for key, value in os.environ.items() if not key.startswith("VEILLE_")}
    with subprocess.Popen(command, env=kept, cwd=Path(__file__).parents[2]) as service:
        found, stop = Freshness(), threading.Event()
        helper = threading.Thread(target=_read_heavily, args=(data_dir, found, stop), daemon=True)
        if heavy:
            helper.start()
        _watch(Reader(data_dir / "published" / "analyst"), found, seconds, service)
        stop.set()
        if heavy:
            helper.join()
        if service.wait(120):
            found.failures.append(f"the service ended with {service.returncode}")
    found.visible = Reader(data_dir / "published" / "analyst").query("SELECT count(*) FROM mentions").item()
    return found


def _watch(reader: Reader, found: Freshness, seconds: float, service: "subprocess.Popen[bytes]") -> None:
    begun = None
    while service.poll() is None and (begun is None or time.monotonic() < begun + seconds - 1):
        started = time.monotonic()
        try:
            newest = reader.query("SELECT max(collected_at) AS newest FROM mentions").item()
        except CatalogueMissing:
            newest = None
        except StoreError as error:
            found.failures.append(str(error))
            newest = None
        if newest is not None:
            begun = begun or time.monotonic()
            if time.monotonic() > begun + 2:
                found.ages.append((datetime.now(UTC).replace(tzinfo=None) - newest).total_seconds())
                found.looks.append(time.monotonic() - started)
        time.sleep(0.1)


def _read_heavily(data_dir: Path, found: Freshness, stop: threading.Event) -> None:
    reader = Reader(data_dir / "published" / "analyst", threads=1)
    while not stop.is_set():
        try:
            reader.query(HEAVY)
            found.heavy += 1
        except CatalogueMissing:
            time.sleep(0.1)
        except StoreError as error:
            found.failures.append(str(error))


def serve(data_dir: Path, rate: int, seconds: float, targets: int) -> None:
    """The service itself, until its stream ends."""
    settings = load(data_dir=data_dir)
    settings = settings.model_copy(update={"api": settings.api.model_copy(update={"port": 0})})
    configure(settings.log)
    stop = threading.Event()

    def stream() -> Iterator[Arrival]:
        """Begins when the service polls for the first time, however long its start takes."""
        yield datetime.now(UTC), EventType.MENTION, []
        yield from arrivals(rate, seconds, datetime.now(UTC), targets)
        threading.Timer(3.0, stop.set).start()

    run_service(settings, lambda _: LiveSource(stream()), stop, command="bench")


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]))
