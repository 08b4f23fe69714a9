"""Memory and step times of the sparse detector while more targets are mentioned than it remembers.

Every bin brings 2,600 mentions, 2,200 of them about targets nobody mentioned before; a million and a quarter targets in
all, of which at most a million are kept. (Those that were mentioned within the last day are never forgotten.)
"""

import time
from datetime import UTC, datetime

import numpy as np
import polars as pl
import psutil

from tests.bench.report import line
from veille.detect.surges.sparse.detector import SparseDetector
from veille.detect.surges.sparse.params import SparseParams

START, BINS, EVENTS, FRESH = 5_892_480, 580, 2_600, 2_200
KEPT = 1_000_000


def main() -> None:
    rng = np.random.default_rng(0)
    detector = SparseDetector(SparseParams(max_series=KEPT))
    before, steps = psutil.Process().memory_info().rss, []
    for i in range(BINS):
        events = mentions(rng, i)
        began = time.thread_time()
        detector.step(START + i, events)
        steps.append(1000 * (time.thread_time() - began))
    p50, p95, most = np.quantile(steps[288:], [0.5, 0.95, 1.0])
    grown = (psutil.Process().memory_info().rss - before) / 1e6
    seen = FRESH * BINS
    line(
        "targets seen, targets kept",
        f"{seen:,}, {len(detector.known.names):,}",
        target=f"≤ {KEPT:,}",
        met=len(detector.known.names) <= KEPT,
    )
    line("state", f"{detector.nbytes / 1e6:.0f} MB", beside=f"the process grew by {grown:.0f} MB")
    line("a step of 2,600 mentions, CPU", f"p50 {p50:.0f}, p95 {p95:.0f}, most {most:.0f} ms")


def mentions(rng: np.random.Generator, i: int) -> pl.DataFrame:
    """One bin: new targets and some of those seen before."""
    known = rng.integers(0, max(1, FRESH * i), EVENTS - FRESH)
    target = np.concatenate([np.arange(FRESH * i, FRESH * (i + 1)), known])
    second = (START + i) * 300 + rng.integers(0, 300, EVENTS)
    return pl.DataFrame(
        {
            "target_id": [f"{number:032x}" for number in target.tolist()],
            "account_id": [f"a{number}" for number in rng.integers(0, 10**7, EVENTS).tolist()],
            "occurred_at": [datetime.fromtimestamp(s, UTC) for s in second.tolist()],
        },
        schema={"target_id": pl.String, "account_id": pl.String, "occurred_at": pl.Datetime("us", "UTC")},
    )


if __name__ == "__main__":
    main()
