"""Detection over sparse history: the same number of mentions over 1, 2, 4 and 8 months, and 1, 2, 4 times as many over one.

What it costs should grow with the events, not with the span. HISTORY_FILE=file.ndjson[.gz] adds a file of mentions.
"""

import json
import os
import sys
import tempfile
from datetime import datetime, timedelta
from math import log
from pathlib import Path
from random import Random

from tests.bench.report import line
from tests.bench.usage import Usage, measured

MENTIONS, SEED = 5_000, 1
START = datetime(2025, 1, 1)


def main() -> None:
    spans = {months: _replayed(MENTIONS, months) for months in (1, 2, 4, 8)}
    for months, used in spans.items():
        line(f"{MENTIONS:,} mentions over {months} months", f"{used.cpu:.1f} CPU s ({used.wall:.0f} s)")
    line("exponent of the span", f"{_slope(spans):.2f}", target="≤ 0.2", met=_slope(spans) <= 0.2)
    events = {factor: spans[1] if factor == 1 else _replayed(factor * MENTIONS, 1) for factor in (1, 2, 4)}
    for factor, used in events.items():
        line(f"{factor * MENTIONS:,} mentions over 1 month", f"{used.cpu:.1f} CPU s ({used.wall:.0f} s)")
    line("exponent of the events", f"{_slope(events):.2f}", target="≤ 1.15", met=_slope(events) <= 1.15)
    if file := os.environ.get("HISTORY_FILE"):
        with tempfile.TemporaryDirectory() as name:
            used = _replay(Path(file), Path(name))
        rows = json.loads(used.output.splitlines()[-1])["accepted"]
        line(
            f"{rows:,} mentions of a file",
            f"{used.wall:.0f} s, {used.cpu:.0f} CPU s",
            target="≤ 60 s",
            met=used.wall <= 60,
        )


def _slope(used: dict[int, Usage]) -> float:
    """Exponent between the least and the most."""
    least, most = min(used), max(used)
    return log(used[most].cpu / used[least].cpu) / log(most / least)


def _replayed(mentions: int, months: int) -> Usage:
    chance = Random(SEED)
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "mentions.ndjson"
        with file.open("w", encoding="utf-8") as out:
            for number in range(mentions):
                at = START + timedelta(seconds=chance.randrange(months * 30 * 86_400))
                row = {
                    "event_id": f"m{number}",
                    "event_type": "mention",
                    "occurred_at": f"{at.isoformat()}Z",
                    "account_id": f"a{chance.randrange(mentions // 4)}",
                    "target_id": f"t{int(chance.paretovariate(1)) % (mentions // 4)}",
                }
                out.write(json.dumps(row) + "\n")
        return _replay(file, Path(name))


def _replay(file: Path, folder: Path) -> Usage:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("VEILLE_")}
    veille = str(Path(sys.executable).with_name("veille"))
    options = ["--type", "mention", "--json", "--data-dir", str(folder / "data")]
    text = ["--map", "prompt=text"] if os.environ.get("HISTORY_FILE") == str(file) else []
    return measured([veille, "replay", str(file), *options, *text], environment)
