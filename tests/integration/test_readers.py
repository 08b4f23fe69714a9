"""Readers and the writer do not disturb each other."""

import threading
import time
from pathlib import Path

import duckdb
import pytest

from tests.bench.paced import measure

pytestmark = pytest.mark.slow

RATE, SECONDS, HELD_SECONDS = 10_000, 120, 60


class HeldQuery(threading.Thread):
    """Opens the catalogue as any tool would and fetches one result slowly, for a minute."""

    def __init__(self, catalogue: Path) -> None:
        super().__init__()
        self.catalogue, self.rows, self.failure = catalogue, 0, ""

    def run(self) -> None:
        while not self.catalogue.exists():
            time.sleep(0.1)
        time.sleep(15)
        try:
            with duckdb.connect(str(self.catalogue), read_only=True) as connection:
                cursor = connection.execute("SELECT event_id, occurred_at, prompt FROM mentions")
                until = time.monotonic() + HELD_SECONDS
                while time.monotonic() < until:
                    self.rows += len(cursor.fetchmany(500))
                    time.sleep(0.25)
                self.rows += len(cursor.fetchall())
        except duckdb.Error as error:
            self.failure = str(error)


def test_two_readers_for_two_minutes_at_ten_thousand_events_a_second(tmp_path: Path) -> None:
    data = tmp_path / "data"
    held = HeldQuery(data / "published" / "analyst" / "catalog.duckdb")
    held.start()
    found = measure(data, RATE, SECONDS, heavy=True)
    held.join(90)
    assert not found.failures
    assert held.failure == ""
    assert held.rows > 50_000
    assert found.visible == RATE * SECONDS * 2 // 3
    assert found.heavy > 10
    segments = list((data / "published" / "analyst" / "segments" / "mentions").rglob("*.parquet"))
    assert len(segments) > 10, "compaction and cuts were at work"
    assert found.quantile(0.5) < 5, "freshness itself is the bench's: this only says that the stream was followed"
