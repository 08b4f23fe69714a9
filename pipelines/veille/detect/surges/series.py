"""Score one count series from a file, one row out for each row in, by the detector that fits its step and length."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from veille.detect.surges.bank import SeriesBank
from veille.detect.surges.dense_params import DenseParams
from veille.detect.surges.small import SmallParams, score_counts
from veille.detect.surges.storms import StormParams

DENSE, STORMS = "dense", "storms"
COLUMNS = ("score", "p_value", "expected", "low", "high", "alert", "detector")
DENSE_STEP = 1800.0  # seconds: longer rows are too few a day for ranks among the last two weeks
DENSE_DAYS = 4  # a shorter file ends before those ranks can reach the threshold with room

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class DetectorChoice:
    """Which detector scores a series, why, and the first row (from 1) that can open a surge."""

    detector: str
    reason: str
    first_row: int


def choose(rows: int, step_seconds: float) -> DetectorChoice:
    """`dense` for short steps and enough rows, else `small` (negative-binomial tail)."""
    if step_seconds > DENSE_STEP:
        why = f"rows of {step_seconds:,.0f} s are longer than {DENSE_STEP:,.0f} s"
    elif rows * step_seconds < DENSE_DAYS * 86_400:
        why = f"the series is shorter than {DENSE_DAYS} days"
    else:
        params = DenseParams.for_step(step_seconds)
        needed = int(np.ceil(10**params.open_at))  # the score is a mean rank of at most log10(1 + rows learnt)
        return DetectorChoice(DENSE, "short rows with a past of days", max(needed, params.grace) + 1)
    return DetectorChoice("small", why, SmallParams.for_step(step_seconds).grace + 1)


def score_series(
    values: Floats,
    step_seconds: float = 300.0,
    progress: Callable[[int], None] = lambda done: None,
    *,
    days: Floats | None = None,
) -> pl.DataFrame:
    """One row a value, in order: COLUMNS, `alert` 1 where a surge opens. NaN values give nulls and alert 0.

    Values are counts of consecutive rows of `step_seconds`; `days` is the start of each in days since the epoch (for
    weekdays and seasons; consecutive from 0 without it). Raises ValueError for a negative or infinite value.
    """
    if np.isinf(values).any():
        raise ValueError("values must be finite")
    choice = choose(len(values), step_seconds)
    if choice.detector == "small":
        days = np.arange(len(values)) * step_seconds / 86_400 if days is None else days
        frame = score_counts(values, days, step_seconds, progress).drop("span")
        return frame.with_columns(pl.lit(choice.detector).alias("detector"))
    return _dense(values, step_seconds, progress)


def _dense(values: Floats, step_seconds: float, progress: Callable[[int], None]) -> pl.DataFrame:
    bank = SeriesBank(1, DenseParams.for_step(step_seconds), StormParams.for_step(step_seconds))
    out = np.empty((len(values), 7))
    for i, value in enumerate(values):
        said = bank.update(np.array([value]))
        step = said.dense
        figures = (step.score[0], step.p_value[0], step.expected[0], step.low[0], step.high[0])
        out[i] = (*figures, said.opens[0], said.by_storm[0])
        progress(i + 1)
    frame = pl.DataFrame(out, schema=[*COLUMNS[:6], "storm"]).with_columns(pl.col("alert").cast(pl.Int8))
    name = pl.when(pl.col("storm") == 1).then(pl.lit(STORMS)).otherwise(pl.lit(DENSE)).alias("detector")
    return frame.fill_nan(None).with_columns(name).drop("storm")
