"""A running service decides a bin by the aliases that are known when it closes, and does not change what it has decided."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.unit.make import KEY, chunk, mention
from veille.config import Settings, Store
from veille.ingest.decode import Decoder
from veille.ingest.writer import Writer
from veille.service.detection_loops import DetectionLoop
from veille.sources.aliases import SeenAlias
from veille.store.database import Database
from veille.store.findings import Findings

START = datetime(2026, 1, 10, 8, tzinfo=UTC)
LATER = datetime(2026, 12, 31, tzinfo=UTC)


class Running:
    """A service's detection without its threads. until: event time that the stream has passed."""

    def __init__(self, folder: Path) -> None:
        self.database = Database(None, Store(), KEY)
        self.writer = Writer(self.database)
        self.until = START
        settings = Settings(data_dir=folder)
        self.loop = DetectionLoop(
            self.database, Findings(self.database), settings, lambda: self.until, lambda: None, lambda step, skipped: None, lambda: False
        )  # fmt: skip
        self.made = 0

    def ask(self, account: str, minutes: Sequence[float]) -> None:
        asks = []
        for minute in minutes:
            self.made += 1
            at = (START + timedelta(minutes=minute)).isoformat()
            asks.append(json.dumps(mention(self.made, account_id=account, target_id="31", occurred_at=at)).encode())
        self.writer.write(Decoder(KEY)([chunk(asks)], LATER), {}, LATER)

    def show(self, number: str, handle: str) -> None:
        seen = SeenAlias("x", number, handle, START, START)
        self.writer.write(Decoder(KEY)([replace(chunk([]), aliases=(seen,))], LATER), {}, LATER)

    def turn(self, minutes: float) -> None:
        """Detection until that time has been decided."""
        self.until = START + timedelta(minutes=minutes)
        while self.loop.late_seconds() > 0 or self.loop.detected_until is None:
            self.loop.turn()

    def accounts(self) -> list[tuple[str, int]]:
        query = "SELECT account_id::VARCHAR, count(*) FROM mentions GROUP BY ALL ORDER BY count(*)"
        return self.database.cursor().execute(query).fetchall()

    def insistent(self) -> list[tuple[int]]:
        query = "SELECT max(requests) FROM insistent_accounts GROUP BY finding_id ORDER BY ALL"
        return self.database.cursor().execute(query).fetchall()


def test_a_bin_is_decided_by_the_aliases_known_when_it_closes(tmp_path: Path) -> None:
    running = Running(tmp_path)
    for n in range(60):
        running.ask(f"reader_{n}", [n % 20])
    running.ask("21", [20 + n for n in range(8)])
    running.turn(30)
    running.ask("loud", [31 + n / 4 for n in range(12)])
    running.show("21", "loud")
    running.turn(36)
    assert running.accounts()[-1][1] == 20
    assert running.insistent() == [(20,)]


def test_what_is_decided_stays(tmp_path: Path) -> None:
    running = Running(tmp_path)
    running.ask("loud", [1, 2, 3])
    running.turn(12)
    running.show("21", "loud")
    running.ask("21", [13])
    running.turn(20)
    running.ask("loud", [14, 21])  # one of them late, both after the alias
    running.turn(30)
    assert [count for _, count in running.accounts()] == [3, 3]
