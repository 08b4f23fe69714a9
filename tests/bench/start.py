"""What starting `veille` costs: processor seconds and peak memory of a command that does next to nothing."""

import os
import statistics
import sys
import tempfile
from pathlib import Path

from tests.bench.report import line
from tests.bench.usage import measured
from veille.simulate import scenario, write

TIMES = 5
TARGETS = {"--version": 0.25, "--help": 0.3, "query": 0.6}
"""Seconds of wall time on an idle machine of two cores; processor seconds are compared, for they hold on a busy one too."""


def main() -> None:
    veille = str(Path(sys.executable).with_name("veille"))
    environment = {key: value for key, value in os.environ.items() if not key.startswith("VEILLE_")}
    bare = statistics.median(
        measured([sys.executable, "-c", "import typer"], environment, every=0.01).cpu for _ in range(TIMES)
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(scenario("grok-winter-2026", seed=1, scale=200), folder / "events", form="ndjson")
        data = ["--data-dir", str(folder / "data")]
        first = measured([veille, "replay", str(folder / "events"), "--no-detect", *data], environment)
        line("veille replay --no-detect of some 450 events into a new folder", f"{first.cpu:.2f} CPU s")
        for command in (["--version"], ["--help"], ["query", *data, "SELECT 1"]):
            used = [measured([veille, *command], environment, every=0.01) for _ in range(TIMES)]
            seconds, target = statistics.median(each.cpu for each in used), TARGETS[command[0]]
            line(
                f"veille {command[0]}, median of {TIMES}",
                f"{seconds:.2f} CPU s, peak {max(each.peak for each in used) / (1 << 20):,.0f} MiB",
                beside=f"Python that imports typer alone: {bare:.2f} CPU s",
                target=f"≤ {target} s",
                met=seconds <= target,
            )
