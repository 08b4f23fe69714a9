"""Score one count series from a file: the dense detector with one row out for each row in."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import polars as pl

from veille.detect.surges.dense import DenseBank, DenseParams

COLUMNS = ("score", "p_value", "expected", "low", "high", "alert")


def score_series(
    values: npt.NDArray[np.float64],
    step_seconds: float = 300.0,
    progress: Callable[[int], None] = lambda done: None,
) -> pl.DataFrame:
    """One row a value, in order: COLUMNS, `alert` 1 where a surge opens. NaN values give nulls and alert 0.

    Values are counts of consecutive bins of `step_seconds`. Raises ValueError for a negative or infinite value.
    """
    if np.isinf(values).any():
        raise ValueError("values must be finite")
    bank = DenseBank(1, DenseParams.for_step(step_seconds))
    out = np.empty((len(values), 6))
    for i, value in enumerate(values):
        step = bank.update(np.array([value]))
        out[i] = (step.score[0], step.p_value[0], step.expected[0], step.low[0], step.high[0], step.opens[0])
        progress(i + 1)
    frame = pl.DataFrame(out, schema=list(COLUMNS)).with_columns(pl.col("alert").cast(pl.Int8))
    return frame.fill_nan(None)
