"""The counts a surge is held against, step by step: pure, no Streamlit.

A finding tells what its past explains over its whole length: `expected` with a 99 % interval [low, high]. A chart needs that for one
step. The rate is taken as Gamma, so counts are negative binomial, as in the detector; its shape is the one that makes the
upper end of the whole interval come out as the detector gave it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import polars as pl
from scipy.stats import nbinom

_TAIL = 0.005
_SHAPES = np.geomspace(0.02, 10_000, 200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """What the past explains of the time [since, until): expected events and the ends of their 99 % interval."""

    since: datetime
    until: datetime
    expected: float
    low: float
    high: float


def shape(usual: Usual) -> float:
    """Shape of the negative binomial whose upper 99.5 % point is nearest to `high`; large means nearly Poisson."""
    if usual.expected <= 0:
        return float(_SHAPES[-1])
    tops = nbinom.ppf(1 - _TAIL, _SHAPES, _SHAPES / (_SHAPES + usual.expected))
    return float(_SHAPES[int(np.argmin(np.abs(tops - usual.high)))])


def per_step(usual: Usual, step_seconds: int) -> tuple[float, float, float]:
    """expected, low, high of one step, if the usual rate held."""
    length = max((usual.until - usual.since).total_seconds(), 1.0)
    expected = usual.expected * step_seconds / length
    if expected <= 0:
        return 0.0, 0.0, 0.0
    spread = shape(usual)
    chance = spread / (spread + expected)
    if chance >= 1:  # so little is expected that the law is nothing at all, to the last digit of a number here
        return expected, 0.0, 0.0
    low, high = (float(nbinom.ppf(share, spread, chance)) for share in (_TAIL, 1 - _TAIL))
    return expected, low, high


def steps(observed: pl.DataFrame, usual: Usual, since: datetime, until: datetime, step_seconds: int) -> pl.DataFrame:
    """Every step of [since, until), those without events too: at, events, accounts, expected, low, high, inside, above.

    observed: at, events, accounts, rows of steps with events. inside: whether the finding counts this step. above: more than `high`.
    """
    length = timedelta(seconds=step_seconds)
    every = pl.DataFrame({"at": pl.datetime_range(since, until, length, closed="left", time_unit="us", eager=True)})
    expected, low, high = per_step(usual, step_seconds)
    counted = every.join(observed.with_columns(pl.col("at").cast(pl.Datetime("us"))), on="at", how="left").with_columns(
        pl.col("events", "accounts").fill_null(0)
    )
    return counted.with_columns(
        expected=pl.lit(expected),
        low=pl.lit(low),
        high=pl.lit(high),
        inside=(pl.col("at") + length > usual.since) & (pl.col("at") < usual.until),
        above=pl.col("events") > high,
    )


def window(opened_at: datetime, since: datetime, ended_at: datetime) -> tuple[datetime, datetime, int]:
    """What to draw around a finding, and in which steps (seconds): its own length once more on either side, at least three hours of it."""
    length = max(ended_at - min(since, opened_at), timedelta(hours=1))
    step = next((s for s in (300, 900, 3600, 21_600) if length.total_seconds() / s <= 60), 86_400)
    around = max(length, timedelta(hours=1.5))
    return (
        floor(min(since, opened_at) - around, step),
        floor(ended_at + around / 2, step) + timedelta(seconds=step),
        step,
    )


def floor(at: datetime, seconds: int) -> datetime:
    """The begin of the step that holds a moment; steps are counted from 2000, as in the queries' time buckets."""
    start = datetime(2000, 1, 1)
    return start + timedelta(seconds=(at - start) // timedelta(seconds=1) // seconds * seconds)
