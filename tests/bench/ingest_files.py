"""NDJSON files → published rows, beside bare msgspec decoding of the same lines in one process."""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from tests.bench.report import line
from tests.bench.usage import measured
from veille.events import CLASSES, EventType
from veille.simulate import scenario, write

MENTIONS, SEED = 450_000, 7
TARGET = 100_000


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        written = write(scenario("grok-winter-2026", seed=SEED, scale=MENTIONS), folder / "events", form="ndjson")
        bare = _bare(folder / "events")
        line(f"bare msgspec decoding of {written.total:,} events (seed {SEED}), one process", f"{bare:,.0f} events/s")
        environment = {key: value for key, value in os.environ.items() if not key.startswith("VEILLE_")}
        command = [
            str(Path(sys.executable).with_name("veille")),
            "replay",
            str(folder / "events"),
            "--no-detect",
            "--json",
        ]
        used = measured([*command, "--data-dir", str(folder / "data")], environment)
        counts = json.loads(used.output.splitlines()[-1])
        assert counts["accepted"] == written.total, counts
        rate = written.total / used.wall
        line(
            "veille replay: decode, validate, pseudonymise, de-duplicate, write, publish",
            f"{rate:,.0f} events/s ({used.wall:.1f} s, {used.cpu:.1f} CPU s, peak {used.peak / (1 << 20):,.0f} MiB)",
            beside=f"bare decoding would take {written.total / bare / used.cpu:.0%} of its CPU",
            target=f"≥ {TARGET:,} events/s",
            met=rate >= TARGET,
        )


def _bare(folder: Path) -> float:
    """Events a second that msgspec alone decodes into the contract's types."""
    lines = {kind: (folder / f"{kind.table}.ndjson").read_bytes().splitlines() for kind in EventType}
    started = time.process_time()
    for kind, raw in lines.items():
        decode = msgspec.json.Decoder(CLASSES[kind]).decode
        for message in raw:
            decode(message)
    return sum(map(len, lines.values())) / (time.process_time() - started)
