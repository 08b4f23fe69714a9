"""Event → visible in the catalogue at 10,000 events/s: ordinary traffic, with an endless heavy reader, and under attack everywhere."""

import tempfile
from pathlib import Path

import numpy as np

from tests.bench.paced import EVERYBODY, measure
from tests.bench.report import line

RATE, SECONDS = 10_000, 40
ATTACKED = 9_973
"""So few targets that within half a minute each of them meets the rule of an attack on a first-time target."""


def main() -> None:
    for heavy, targets in ((False, EVERYBODY), (True, EVERYBODY), (False, ATTACKED)):
        with tempfile.TemporaryDirectory() as folder:
            found = measure(Path(folder) / "data", RATE, SECONDS, heavy=heavy, targets=targets)
        p50, p95 = found.quantile(0.5), found.quantile(0.95)
        reader = f"{found.heavy} heavy queries" if heavy else "no heavy reader"
        reader += f", {targets:,} targets attacked at once" if targets == ATTACKED else ""
        line(
            f"age of the newest visible event at {RATE:,} events/s, {SECONDS} s",
            f"p50 {p50:.2f} s, p95 {p95:.2f} s, max {max(found.ages):.2f} s",
            beside=f"{reader}; a look takes p95 {np.quantile(found.looks, 0.95) * 1000:.0f} ms; {len(found.failures)} failures",
            target="p95 < 1 s",
            met=p95 < 1 and not found.failures,
        )
