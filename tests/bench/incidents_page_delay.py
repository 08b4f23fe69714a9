"""Event → page sent: from the request that completes an attack on a first-time target to the page at the pager, at 5,000 events/s."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from tests.bench import attacked
from tests.bench.report import line
from tests.integration.paging.pagerduty import ROUTING_KEY, PagerDuty, running_pagerduty
from veille.privacy import Pseudonymiser, load_key, short

RATE, SECONDS = 5_000, 110.0


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, running_pagerduty() as receiver:
        delays, planted = measure(Path(folder), receiver, RATE, SECONDS)
    p50, p95 = (float(np.quantile(delays, share)) for share in (0.5, 0.95)) if delays else (np.inf, np.inf)
    line(
        f"event → page sent at {RATE:,} events/s, {SECONDS:.0f} s",
        f"p50 {p50:.1f} s, p95 {p95:.1f} s, max {max(delays, default=np.inf):.1f} s",
        beside=f"{len(delays)} of {planted} planted attacks on first-time targets paged",
        target="p95 < 15 s",
        met=p95 < 15 and len(delays) == planted,
    )


def measure(folder: Path, receiver: PagerDuty, rate: int, seconds: float) -> tuple[list[float], int]:
    """Seconds of each attack that was paged, and how many were planted."""
    data_dir, planted = folder / "data", attacked.attacks(seconds)
    file = folder / "settings.json"
    file.write_text(json.dumps(settings(data_dir, receiver.url)))
    command = [sys.executable, "-m", "tests.bench.attacked", str(file), str(rate), str(seconds)]
    kept = {key: value for key, value in os.environ.items() if not key.startswith("VEILLE_")}
    subprocess.run(command, env=kept, cwd=Path(__file__).parents[2], check=True)
    began = float((folder / "began").read_text())
    names = Pseudonymiser(load_key(data_dir / "pseudonym.key"))
    delays = []
    for attack in range(planted):
        told = short(names.one("person", "x", attacked.target(attack)).hex(), "target")
        pages = [at for at, raw in zip(receiver.at, receiver.raw, strict=True) if told.encode() in raw]
        if pages:
            delays.append(min(pages) - began - attacked.met_after(attack))
    return delays, planted


def settings(data_dir: Path, url: str) -> dict[str, object]:
    duty = {"type": "pagerduty", "routing_key": ROUTING_KEY, "url": url}
    return {
        "data_dir": str(data_dir),
        "api": {"port": 0},
        "channels": {"duty": duty},
        "incidents": {"rotas": {"abuse": {"channels": ["duty"]}}},
    }
