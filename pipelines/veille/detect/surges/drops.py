"""Drops: a series falls silent. Told apart from a dead feed and from a change of what is collected.

Silence of one series is an event to report; silence of everything is a fault of the feed; a series that fell because
a collection stopped or samples differently did not change at all. Nothing here reads missing data as calm.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.stats import nbinom

from veille.detect.surges.sparse.significance import q_values

DROP_SCHEMA: dict[str, pl.DataType] = {
    "series_key": pl.String(),
    "cause": pl.String(),
    "opened_at": pl.Datetime("us", "UTC"),
    "observed": pl.Int64(),
    "expected": pl.Float64(),
    "low": pl.Float64(),
    "high": pl.Float64(),
    "score": pl.Float64(),
    "p_value": pl.Float64(),
    "q_value": pl.Float64(),
}


@dataclass(frozen=True)
class DropParams:
    """span looked at, days of the same clock time before, least expected events, most that may be left, error rate."""

    span: timedelta = timedelta(hours=1)
    days: int = 14
    min_days: int = 3
    min_expected: float = 20.0
    max_share: float = 0.25
    q: float = 0.01
    sampling_change: float = 0.1


def find_drops(
    counts: pl.DataFrame, until: datetime, coverage: pl.DataFrame | None = None, params: DropParams | None = None
) -> pl.DataFrame:
    """Series whose last `span` before `until` is far below the same clock time of the days before.

    counts    series_key, at (start of a bin, UTC), events; bins without events may be missing
    coverage  collection_id, at (start of a bin), sampling_probability: what was being collected, also when nothing came
    Returns DROP_SCHEMA, one row a series, cause being
      drop      the series itself fell
      coverage  a collection stopped or changed its sampling in the span
    or one single row with series_key null and cause dead_feed: nothing at all arrived where something was expected.
    Series with too little past or volume are not judged. A daily cycle is respected, a weekly one only through its
    spread over days.
    """
    p = params or DropParams()
    past = _past(counts, until, p)
    judged = past.filter((pl.col("days") >= p.min_days) & (pl.col("expected") >= p.min_expected))
    total = _past(counts.with_columns(pl.lit("all").alias("series_key")), until, p)
    if total.height and total["observed"][0] == 0 and total["days"][0] >= p.min_days and total["expected"][0] >= 3:
        return _frame(total.with_columns(pl.lit(None, pl.String).alias("series_key")), "dead_feed", until, p)
    if judged.is_empty():
        return pl.DataFrame(schema=DROP_SCHEMA)
    cause = "coverage" if coverage is not None and coverage_changed(coverage, until, p) else "drop"
    found = _frame(judged, cause, until, p)
    fell = (pl.col("q_value") <= p.q) & (pl.col("observed") <= p.max_share * pl.col("expected"))
    return found.filter(fell).sort("q_value", "series_key")


def coverage_changed(coverage: pl.DataFrame, until: datetime, params: DropParams | None = None) -> bool:
    """Whether a collection that ran before the span is missing in it, or samples at another probability."""
    p = params or DropParams()
    start = until - p.span
    before = coverage.filter((pl.col("at") < start) & (pl.col("at") >= start - timedelta(days=1)))
    during = coverage.filter((pl.col("at") >= start) & (pl.col("at") < until))
    mean = pl.col("sampling_probability").mean()
    compared = (
        before.group_by("collection_id")
        .agg(mean.alias("then"))
        .join(during.group_by("collection_id").agg(mean.alias("now")), on="collection_id", how="left")
    )
    moved = pl.col("now").is_null() | ((pl.col("now") / pl.col("then") - 1).abs() > p.sampling_change)
    return bool(compared.select(moved.any()).item()) if compared.height else False


def _past(counts: pl.DataFrame, until: datetime, p: DropParams) -> pl.DataFrame:
    """observed in the span; mean, variance and number of days of the same clock time before."""
    day = timedelta(days=1)
    age = (pl.lit(until) - pl.col("at") - pl.duration(microseconds=1)).dt.total_microseconds() // int(
        day.total_seconds() * 1e6
    )
    within = (pl.lit(until) - pl.col("at")).dt.total_microseconds() % int(day.total_seconds() * 1e6)
    span = int(p.span.total_seconds() * 1e6)
    known = counts.filter(pl.col("at") < until).with_columns(age.alias("day"), within.alias("within"))
    first = known.group_by("series_key").agg(pl.col("day").max().alias("first"))
    sums = known.filter((pl.col("within") <= span) & (pl.col("within") > 0) & (pl.col("day") <= p.days))
    sums = sums.group_by("series_key", "day").agg(pl.col("events").sum())
    history = (
        sums.filter(pl.col("day") > 0)
        .group_by("series_key")
        .agg(pl.col("events").sum().alias("total"), (pl.col("events") ** 2).sum().alias("squares"))
    )
    now = sums.filter(pl.col("day") == 0).select("series_key", pl.col("events").alias("observed"))
    days = pl.min_horizontal("first", pl.lit(p.days)).alias("days")
    table = first.join(history, on="series_key", how="left").join(now, on="series_key", how="left").fill_null(0)
    mean = pl.col("total") / pl.col("days")
    return (
        table.with_columns(days)
        .filter(pl.col("days") > 0)
        .with_columns(
            mean.alias("expected"),
            ((pl.col("squares") - pl.col("days") * mean**2) / (pl.col("days") - 1).clip(lower_bound=1)).alias(
                "variance"
            ),
        )
    )


class Fall(NamedTuple):
    """How surprising it is that so few came; 99 % of such spans have between `low` and `high` events."""

    p_value: npt.NDArray[np.float64]
    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]


def fall(observed: npt.ArrayLike, mean: npt.ArrayLike, variance: npt.ArrayLike) -> Fall:
    """P(observed or fewer), negative binomial with that mean and variance between the days."""
    usual: npt.NDArray[np.float64] = np.maximum(np.asarray(mean, dtype=np.float64), 1e-9)
    # At least the spread of a shape of 20 (22 % from day to day): a few days tell little about the variance.
    excess = np.maximum(np.asarray(variance, dtype=np.float64) - usual, usual**2 / 20)
    shape = usual**2 / excess
    law = nbinom(shape, shape / (shape + usual))
    p_value = np.maximum(np.asarray(law.cdf(np.asarray(observed))), 1e-300)
    return Fall(p_value, np.asarray(law.ppf(0.005)), np.asarray(law.ppf(0.995)))


def _frame(table: pl.DataFrame, cause: str, until: datetime, p: DropParams) -> pl.DataFrame:
    found = fall(table["observed"].to_numpy(), table["expected"].to_numpy(), table["variance"].to_numpy())
    p_value = found.p_value
    return table.select(
        "series_key",
        pl.lit(cause).alias("cause"),
        pl.lit(until - p.span).cast(pl.Datetime("us", "UTC")).alias("opened_at"),
        pl.col("observed").cast(pl.Int64),
        "expected",
        pl.Series("low", found.low),
        pl.Series("high", found.high),
        pl.Series("score", -np.log10(p_value)),
        pl.Series("p_value", p_value),
        pl.Series("q_value", q_values(p_value, len(p_value))),
    )
