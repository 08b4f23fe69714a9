"""Surges on the simulated winter: power by size, precision, what organic pile-ons become, and the time of 38 days.

The whole path: simulate, ingest into a database of its own, step the detector of the live service over the grid. A
planted surge is found if one opens from its onset to an hour after its end or is under way at its onset; the delay
counts from onset to the decision. `python -m tests.bench.surges_scenario --plot` also draws the pictures of the docs.
"""

import sys
import tempfile
import time
from pathlib import Path

import polars as pl

from tests.bench.report import line
from tests.bench.surges_plots import draw
from veille.config import Settings
from veille.detect.surges.judging import match, outside
from veille.detection.grid import Grid
from veille.detection.surges.backtest import read_truth
from veille.detection.surges.detector import SurgeDetector
from veille.service.assembly import open_folder
from veille.service.replay import Replay
from veille.simulate import scenario, write
from veille.sources.files import FileSource
from veille.store.findings import Findings

SCENARIO = "grok-winter-2026"
CROWDS = ("surge", "warm", "copycat")
GROUPS = ("plain", "stealthy", "swarm", "rotating", "slow")
SIZES = (8, 12, 16, 20, 30, 50, 80, 120, 200)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        surges, insistent, truth = measured(Path(folder))
    targets = surges.filter(pl.col("series_kind") == "target").with_columns(pl.col("series_key").alias("target_id"))
    attacks = truth.filter(pl.col("kind").is_in(CROWDS + GROUPS))
    traps = truth.filter(~pl.col("kind").is_in((*CROWDS, *GROUPS, "insistent")))
    asked = truth.filter(pl.col("kind") == "insistent")
    matched = match(targets, attacks)
    by_size(matched)
    by_kind(matched)
    precision(targets, attacks, traps)
    for kind, number, found in (
        match(targets, traps).group_by("kind").agg(pl.len(), pl.col("found").sum()).sort("kind").iter_rows()
    ):
        line(f"organic: {kind}", f"{found} of {number} open a surge")
    named = asked.join(insistent, on=["account_id", "target_id"]).select("account_id", "target_id").unique()
    line("insistent accounts named", f"{len(named)} of {len(asked)}", beside=f"{len(insistent):,} found in all")
    dense = surges.filter(pl.col("series_kind") != "target")
    kinds = ", ".join(f"{kind} {n}" for kind, n in dense.group_by("series_kind").len().sort("series_kind").iter_rows())
    line("surges of series with volume", f"{len(dense)}", beside=kinds)
    if "--plot" in sys.argv:
        draw(sized(matched), targets, outside(targets, attacks))


def measured(folder: Path) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Surges (latest version, with the time of their first decision) and insistent accounts, and the truth in pseudonyms."""
    write(scenario(SCENARIO), folder / "winter")
    settings = Settings(data_dir=folder / "data")
    with Replay(settings, FileSource([folder / "winter"])) as replay:
        for _ in replay.steps():
            pass
    with open_folder(settings, "bench", create=False) as (database, key, _):
        findings = Findings(database)
        detector = SurgeDetector(database, findings, settings)
        began, cpu = time.monotonic(), time.process_time()
        steps = Grid(database, [detector]).advance(database.frame("detect/grid/newest").item(), live=False)
        cpu, wall = time.process_time() - cpu, time.monotonic() - began
        beside = f"{wall:.0f} s wall, {1000 * cpu / steps:.1f} ms a step, state {detector.nbytes / 1e6:.0f} MB"
        line(f"38 days, {steps:,} steps", f"{cpu:.0f} CPU s", beside=beside, target="< 60 s", met=cpu < 60)
        truth = read_truth(folder / "winter/truth", key, ["x"]).with_columns(pl.col("requests").cast(pl.Int64))
        decided = database.frame("detect/surges/decided")
        surges = findings.latest("surges").drop("decided_at").join(decided, on="surge_id")
        return surges, findings.latest("insistent_accounts"), truth


def sized(matched: pl.DataFrame) -> pl.DataFrame:
    """size, planted, found, delay (median minutes) of the planted crowds, by their number of requests."""
    size = pl.lit(SIZES[0])
    for one in SIZES[1:]:
        size = pl.when(pl.col("requests") >= one).then(one).otherwise(size)
    crowds = matched.filter(pl.col("kind").is_in(CROWDS)).with_columns(size.alias("size"))
    delay = (pl.col("delay").median() / 60).round(1).alias("delay")
    return crowds.group_by("size").agg(pl.len().alias("planted"), pl.col("found").sum(), delay).sort("size")


def by_size(matched: pl.DataFrame) -> None:
    print("requests (at least)   planted   found   median minutes to the decision")
    for size, number, found, delay in sized(matched).iter_rows():
        print(f"{size:19d} {number:9d} {found:7d} {'–' if delay is None else f'{delay:.1f}':>10}")
    large = matched.filter(pl.col("kind").is_in(CROWDS) & (pl.col("requests") >= 20))
    line("crowds of 20 and more", f"{int(large['found'].sum())} of {len(large)}")


def by_kind(matched: pl.DataFrame) -> None:
    for kind in (*CROWDS, *GROUPS):
        mine = matched.filter(pl.col("kind") == kind)
        delay = mine["delay"].median()
        late = f"median {float(delay) / 60:.1f} min" if isinstance(delay, float) else ""
        line(f"{kind}", f"{int(mine['found'].sum())} of {len(mine)}", beside=late)


def precision(targets: pl.DataFrame, attacks: pl.DataFrame, traps: pl.DataFrame) -> None:
    """What the openings are: planted attacks, organic crowds about one target, or small talk."""
    neither = outside(targets, attacks)
    small = outside(neither, traps)
    days = 38
    line("surges of targets", f"{len(targets)}", beside=f"{len(targets) / days:.1f} a day")
    line("… planted", f"{len(targets) - len(neither)}", beside=f"precision {1 - len(neither) / len(targets):.0%}")
    line("… organic traps about one target", f"{len(neither) - len(small)}")
    line(
        "… neither",
        f"{len(small)}",
        beside=f"{len(small) / days:.1f} a day",
        target="≤ 5 a day",
        met=len(small) <= 5 * days,
    )
    line("… neither, at least 10 accounts", f"{len(small.filter(pl.col('accounts') >= 10))}")


if __name__ == "__main__":
    main()
