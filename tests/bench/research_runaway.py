"""Ingest freshness while four runaway queries run without pause, and how soon each dies at its limit."""

import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from tests.bench.paced import measure
from tests.bench.report import line
from veille.config import load
from veille.research.gateway import Gateway, GatewayError, QueryRequest

RATE, SECONDS, LIMIT = 10_000, 40, 6.0
RUNAWAYS = (
    "SELECT count(*) FROM range(1000000) AS endless, mentions AS a, mentions AS b WHERE a.prompt || b.prompt LIKE '%zz%zz%'",
    "SELECT * FROM (SELECT hash(i) AS h, repeat('x', 100) AS s FROM range(400000000) AS t(i)) ORDER BY h",
    "WITH RECURSIVE t AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM t) SELECT max(a) FROM t",
    "SELECT m.account_id, count(*) AS n FROM mentions AS m, range(100000000) AS endless GROUP BY ALL ORDER BY n",
)


class Runaways:
    """Four threads, each of which starts the next runaway as soon as one has died."""

    def __init__(self, data_dir: Path) -> None:
        settings = load(data_dir=data_dir, research={"seconds": LIMIT, "queries": 8, "queries_each": 8})
        self._gateway = Gateway(settings)
        self._stop = threading.Event()
        self.outcomes: dict[str, int] = {}
        self.late: list[float] = []
        self._threads = [threading.Thread(target=self._run, args=(sql,), daemon=True) for sql in RUNAWAYS]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _run(self, sql: str) -> None:
        while not self._stop.is_set():
            started = time.monotonic()
            try:
                self._gateway.run(QueryRequest(sql=sql, actor="bench", roles=("analyst",), catalogue="analyst"))
                outcome = "ok"
            except GatewayError as error:
                outcome = error.outcome
            self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1
            if outcome == "time":
                self.late.append(time.monotonic() - started - LIMIT)
            elif outcome == "refused":  # nothing is published yet
                time.sleep(0.2)


def main() -> None:
    for four in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            data_dir = Path(folder) / "data"
            runaways = Runaways(data_dir)
            if four:
                runaways.start()
            found = measure(data_dir, RATE, SECONDS, heavy=False)
            if four:
                runaways.stop()
        p95 = found.quantile(0.95)
        line(
            f"age of the newest visible event at {RATE:,} events/s, {SECONDS} s, {'four runaways' if four else 'no query'}",
            f"p50 {found.quantile(0.5):.2f} s, p95 {p95:.2f} s, max {max(found.ages):.2f} s",
            beside=f"ended: {runaways.outcomes}; {len(found.failures)} failures of readers",
            target="p95 < 1 s",
            met=p95 < 1 and not found.failures,
        )
        if four and runaways.late:
            line(
                f"{len(runaways.late)} runaways stopped after their limit of {LIMIT:g} s by",
                f"p50 {np.quantile(runaways.late, 0.5):.2f} s, max {max(runaways.late):.2f} s",
                target="max < 1 s",
                met=max(runaways.late) < 1,
            )
