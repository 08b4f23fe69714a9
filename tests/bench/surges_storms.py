"""Storms of a real year (days at four times the median of the 28 days before): found, how late, and openings elsewhere.

Beside it, in the same run: the rule "last 24 hours at least four times the 28-day median and 300, looked at each hour, over below twice".
"""

import importlib.util
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from types import ModuleType

import numpy as np
import numpy.typing as npt
import polars as pl

from tests.bench.report import line
from veille.detect.surges.series import STORMS, score_series

SHARED = Path(__file__).resolve().parents[3] / "shared"
EARLY = timedelta(hours=12)
DAY = timedelta(days=1)
Storm = tuple[datetime, datetime, int]
Floats = npt.NDArray[np.float64]


def main() -> None:
    mentions = SHARED / "data/ira_dev.ndjson.gz"
    if not mentions.exists():
        print(f"skipped: no real mentions in ../{SHARED.name}/data")
        return
    at = pl.read_ndjson(mentions).select(pl.col("occurred_at").str.slice(0, 19).str.to_datetime().alias("t"))
    storms: list[Storm] = _tool().storms(at)
    counts = at.group_by(pl.col("t").dt.truncate("5m")).len().sort("t").upsample("t", every="5m")
    values = counts["len"].fill_null(0).to_numpy().astype(float)
    scored = counts.select("t").hstack(score_series(values))
    opened = scored.filter(pl.col("alert") == 1)
    longest = max(storms, key=lambda storm: storm[2])
    inside = opened.filter(pl.col("t").is_between(longest[0], longest[1], closed="left"))
    _line("Veille, surges score", storms, opened["t"].to_list(), counts["t"])
    by_storm = opened.filter(pl.col("detector") == STORMS)["t"].to_list()
    print(
        f"    of {len(opened)} openings {len(by_storm)} by the rule of storms; the largest storm: {inside['t'].to_list()[:1]}"
    )
    _line("… the rule of storms alone", storms, by_storm, counts["t"], judged=False)
    _line("24 h ≥ 4 × the 28-day median", storms, _trivial(counts["t"].to_list(), values), counts["t"], judged=False)


def _line(
    what: str, storms: Sequence[Storm], openings: list[datetime], times: pl.Series, *, judged: bool = True
) -> None:
    first = [min((t for t in openings if since - EARLY <= t < until), default=None) for since, until, _ in storms]
    delays = [(at - since) / DAY for at, (since, _, _) in zip(first, storms, strict=True) if at is not None]
    elsewhere = [t for t in openings if not any(since - EARLY <= t < until for since, until, _ in storms)]
    months = (times[-1] - times[0]) / timedelta(days=30)
    rate, late = len(elsewhere) / months, median(delays) if delays else float("nan")
    figures = f"{len(delays)} of {len(storms)} storms, median {late:.2f} days, {rate:.2f} openings in 30 days elsewhere"
    met = len(delays) == len(storms) and late <= 0.4 and rate <= 1
    if judged:
        line(what, figures, target="all, ≤ 0.4 days, ≤ 1", met=met)
    else:
        line(what, figures)


def _trivial(times: list[datetime], values: Floats) -> list[datetime]:
    """Openings of the peer, hour by hour."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    is_open, out = False, []
    for i in range(15 * 288, len(values), 12):
        day = sums[i] - sums[i - 288]
        past = [sums[i - 288 * j] - sums[i - 288 * (j + 1)] for j in range(1, 29) if i >= 288 * (j + 1)]
        usual = max(float(np.median(past)), 25.0)
        if not is_open and day >= max(4 * usual, 300):
            is_open = True
            out.append(times[i - 1])
        elif is_open and day < 2 * usual:
            is_open = False
    return out


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("storms", SHARED / "tools/storms.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["storms"] = module
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
