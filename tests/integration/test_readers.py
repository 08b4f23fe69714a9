"""Readers and the writer do not disturb each other."""

import threading
import time
from pathlib import Path

import duckdb
import pytest

from tests.amounts import amount
from tests.bench.paced import measure

pytestmark = [pytest.mark.slow, pytest.mark.long]

RATE, SECONDS = amount((2_000, 20), (10_000, 120))
HELD_FROM, HELD_SECONDS = amount((4_000, 10), (50_000, 60))
HELD_ROWS = 500
"""Fetched at a time, so that the result is open for all of HELD_SECONDS."""


FRESH_SECONDS = amount(120.0, 5.0)
"""Median age of what is visible. CI may be busy; the long form wants a quiet machine."""


class HeldQuery(threading.Thread):
    """Opens the catalogue as any tool would and fetches one result slowly, for HELD_SECONDS."""

    def __init__(self, catalogue: Path) -> None:
        super().__init__()
        self.catalogue, self.rows, self.failure = catalogue, 0, ""

    def worth_holding(self) -> bool:
        """Whether the mentions of some seconds are published."""
        try:
            with duckdb.connect(str(self.catalogue), read_only=True) as connection:
                found = connection.execute("SELECT count(*) FROM mentions").fetchone()
        except duckdb.Error:
            return False
        return found is not None and found[0] >= HELD_FROM

    def run(self) -> None:
        while not self.worth_holding():
            time.sleep(0.2)
        try:
            with duckdb.connect(str(self.catalogue), read_only=True) as connection:
                cursor = connection.execute("SELECT event_id, occurred_at, prompt FROM mentions")
                until = time.monotonic() + HELD_SECONDS
                while time.monotonic() < until:
                    self.rows += len(cursor.fetchmany(HELD_ROWS))
                    time.sleep(0.25)
                self.rows += len(cursor.fetchall())
        except duckdb.Error as error:
            self.failure = str(error)


def test_two_readers_beside_a_steady_stream(tmp_path: Path) -> None:
    data = tmp_path / "data"
    held = HeldQuery(data / "published" / "analyst" / "catalog.duckdb")
    held.start()
    found = measure(data, RATE, SECONDS, heavy=True)
    held.join(90)
    assert not found.failures
    assert held.failure == ""
    assert held.rows >= HELD_FROM
    assert found.visible == RATE * SECONDS - RATE * SECONDS // 3, "two mentions to one generation"
    assert found.heavy > 10
    segments = list((data / "published" / "analyst" / "segments" / "mentions").rglob("*.parquet"))
    assert len(segments) > SECONDS // 10, "compaction and cuts were at work"
    assert found.quantile(0.5) < FRESH_SECONDS, (
        "freshness itself is the bench's: this only says that the stream was followed"
    )
