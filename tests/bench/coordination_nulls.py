"""Coordination: false clusters on permuted timelines of real data, where nobody coordinates.

300 draws in all (COORDINATION_DRAWS), seeds 0, 1, …, by three permutations of ira_dev and higgs_organic_dev:
shift     each account's whole timeline moves by a random time, around the ends (keeps its rhythm of bursts, not of the day)
days      by a random number of whole days (keeps the hour of the day; robots on one daily timetable may meet again)
targets   each account keeps its times and its targets but draws which goes with which
each with and without the second test (timetables.py), which the command and the far look make, and the sliding windows do not;
and joins: members of the clusters of the true data stay, everyone else's timeline moves: who joins is false.
"""

import os
from collections.abc import Callable

import numpy as np
import polars as pl

from tests.bench.coordination import SHARED, load
from tests.bench.report import line
from veille.detect.coordination import Parameters, detect

DAY_S = 86_400
Permutation = Callable[[pl.DataFrame, np.random.Generator], pl.DataFrame]


def _moved(mentions: pl.DataFrame, rng: np.random.Generator, step: int, still: set[str] | None = None) -> pl.DataFrame:
    """Each account's timeline shifted by a multiple of `step` seconds within the whole span."""
    second = mentions["occurred_at"].dt.epoch("s").to_numpy()
    start = second.min() // step * step
    turns = -(-(int(second.max()) - start + 1) // step)
    codes = mentions["account_id"].rank("dense").to_numpy().astype(np.int64) - 1
    shift = rng.integers(0, turns, int(codes.max()) + 1)[codes] * step
    if still:
        shift = np.where(mentions["account_id"].is_in(list(still)).to_numpy(), 0, shift)
    moved = start + (second - start + shift) % (turns * step)
    return mentions.with_columns(
        pl.from_epoch(pl.Series(moved), "s").dt.cast_time_unit("us").dt.replace_time_zone("UTC").alias("occurred_at")
    )


def shift(mentions: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """By any time, in steps of the data's resolution."""
    return _moved(mentions, rng, max(1, int(np.gcd.reduce(mentions["occurred_at"].dt.epoch("s").to_numpy()))))


def days(mentions: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """By whole days."""
    return _moved(mentions, rng, DAY_S)


def targets(mentions: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Posts' times drawn anew among the account's own."""
    posts = mentions.group_by("post_id", "account_id").agg(pl.col("occurred_at").min()).sort("account_id", "post_id")
    mixed = posts.with_columns(pl.Series("r", rng.random(len(posts)))).sort("account_id", "r")
    drawn = posts.select("post_id", "account_id").with_columns(mixed["occurred_at"])
    return mentions.drop("occurred_at").join(drawn, on=["post_id", "account_id"])


def without_robots(mentions: pl.DataFrame) -> pl.DataFrame:
    """Without the few accounts that are validated in the organic data as they are.

    They post within a second of each other: whole days (there are four) or targets (they have two to four) drawn anew often
    leave them together, and that is no false cluster.
    """
    robots = detect(mentions).clusters.filter(tier="validated")["account_id"]
    return mentions.filter(~pl.col("account_id").is_in(robots.to_list()))


def false_clusters(name: str, mentions: pl.DataFrame, permutation: Permutation, draws: int) -> None:
    """Draws with a validated cluster, clusters, accounts; by both tests, and beside it by the first alone."""
    told = []
    for timetables in (True, False):
        hit = clusters = accounts = 0
        for seed in range(draws):
            drawn = permutation(mentions, np.random.default_rng(seed))
            valid = detect(drawn, Parameters(timetables=timetables)).clusters.filter(tier="validated")
            hit += bool(len(valid))
            clusters += valid["cluster_id"].n_unique()
            accounts += len(valid)
        told.append(f"{hit} of {draws} draws with a false cluster; {clusters} clusters, {accounts} accounts in all")
    line(f"{name}, {permutation.__name__}", told[0], beside=f"{told[1]} by the first test alone")


def false_joins(name: str, mentions: pl.DataFrame, draws: int) -> None:
    """How many strangers join the true clusters when their timelines are moved."""
    true = detect(mentions).clusters.filter(pl.col("tier") == "validated")
    still = set(true.filter(~pl.col("joined"))["account_id"])
    joined = []
    for seed in range(draws):
        step = max(1, int(np.gcd.reduce(mentions["occurred_at"].dt.epoch("s").to_numpy())))
        clusters = detect(_moved(mentions, np.random.default_rng(seed), step, still)).clusters
        members = clusters.filter(pl.col("tier") == "validated")["account_id"]
        joined.append(len(set(members) - still))
    figure = f"{np.mean(joined):.1f} false joins a draw (most: {max(joined)}) into clusters of {len(still)} accounts"
    line(
        f"{name}, strangers moved, {draws} draws", figure, beside=f"{len(true) - len(still)} join on the true timeline"
    )


def main() -> None:
    draws = int(os.environ.get("COORDINATION_DRAWS", "300"))
    for name in ("higgs_organic_dev", "ira_dev"):
        path = SHARED / "data" / f"{name}.ndjson.gz"
        if not path.is_file():
            line(name, f"skipped: ../shared/data/{name}.ndjson.gz is not here")
            continue
        mentions = load(path)
        clean = without_robots(mentions) if name == "higgs_organic_dev" else mentions
        for permutation in (shift, days, targets):
            false_clusters(name, clean, permutation, max(1, draws // 6))
        false_joins(name, mentions, max(1, draws // 30))


if __name__ == "__main__":
    main()
