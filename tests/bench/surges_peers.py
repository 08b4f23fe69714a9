"""Simple rules on the same events, hour by hour: mean + 3 sd, Gnip's ratio, Coop's binomial on distinct users.

Each sees, at the close of an hour, the target's earlier hours (Coop: the last week; nothing is left out of it) and,
like Veille, opens only on at least 5 events by at least 3 accounts. Hours of fire without a gap are one opening.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.stats import binom

Floats = npt.NDArray[np.float64]
HOUR = 3_600_000_000
USUAL = {"mean + 3 sd": 3.0, "Gnip ratio": 8.0, "Coop binomial": -float(np.log10(0.005))}


def hourly(events: pl.DataFrame) -> pl.DataFrame:
    """One row a target and hour with events: n, users, and of its earlier hours the number, sum and sum of squares."""
    hour = (pl.col("occurred_at").cast(pl.Datetime("us")).to_physical() // HOUR).alias("hour")
    cells = events.group_by("target_id", hour).agg(
        pl.len().cast(pl.Float64).alias("n"), pl.col("account_id").n_unique().cast(pl.Float64).alias("users")
    )
    active = events.group_by(hour).agg(pl.col("account_id").n_unique().cast(pl.Float64).alias("active")).sort("hour")
    first = int(active["hour"].to_numpy()[0])
    active = active.with_columns((pl.col("active").cum_sum() - pl.col("active")).alias("active_before"))

    def before(value: pl.Expr) -> pl.Expr:
        return (value.cum_sum() - value).over("target_id")

    return (
        cells.sort("target_id", "hour")
        .with_columns(
            (pl.col("hour") - first).alias("hours"),
            before(pl.col("n")).alias("sum"),
            before(pl.col("n") ** 2).alias("squares"),
            before(pl.col("users")).alias("users_before"),
        )
        .join(active, on="hour")
        .filter((pl.col("hours") >= 24) & (pl.col("n") >= 5) & (pl.col("users") >= 3))
    )


def _three_sigma(cells: pl.DataFrame) -> Floats:
    hours = cells["hours"].to_numpy()
    mean = cells["sum"].to_numpy() / hours
    # A target without history has no spread: that of one event in all its past.
    sd = np.sqrt(np.maximum(cells["squares"].to_numpy() / hours - mean**2, 1 / hours))
    score: Floats = (cells["n"].to_numpy() - mean) / sd
    return score


def _gnip(cells: pl.DataFrame) -> Floats:
    usual = (cells["sum"].to_numpy() + 1) / (cells["hours"].to_numpy() + 1)
    score: Floats = (cells["n"].to_numpy() - usual) / np.sqrt(np.maximum(usual, 0.25))
    return score


def _coop(cells: pl.DataFrame) -> Floats:
    share = (cells["users_before"].to_numpy() + 1) / (cells["active_before"].to_numpy() + 1)
    p = binom.sf(cells["users"].to_numpy() - 1, cells["active"].to_numpy(), np.minimum(share, 1.0))
    score: Floats = -np.log10(np.maximum(p, 1e-300))
    return score


RULES: dict[str, Callable[[pl.DataFrame], Floats]] = {
    "mean + 3 sd": _three_sigma,
    "Gnip ratio": _gnip,
    "Coop binomial": _coop,
}


def openings(cells: pl.DataFrame, rule: str, threshold: float) -> pl.DataFrame:
    """target_id, opened_at (the close of the hour) where the rule's score reaches the threshold."""
    fired = cells.filter(pl.Series(RULES[rule](cells) >= threshold)).sort("target_id", "hour")
    fresh = (pl.col("hour") - pl.col("hour").shift(1).over("target_id")).fill_null(99) > 1
    at = (
        pl.from_epoch((pl.col("hour") + 1) * HOUR, "us")
        .cast(pl.Datetime("us"))
        .dt.replace_time_zone("UTC")
        .alias("opened_at")
    )
    return fired.filter(fresh).select("target_id", at)


def matched(cells: pl.DataFrame, rule: str, count: int) -> float:
    """The threshold at which the rule opens as many as `count` (by bisection)."""
    low, high = 0.0, float(RULES[rule](cells).max())
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if len(openings(cells, rule, middle)) > count else (low, middle)
    return high
