"""Surges of one series of small or slow counts: a negative-binomial tail from the first rows on.

What is expected of a row is a gamma-Poisson level: an exponentially weighted mean of the rows before (half-life 30
rows), times factors of the weekday and hour where a row is short enough to have one, and of the same weeks of
earlier years after a year and a half. The dispersion is learnt from the one-step residuals. The p-value is the upper tail (mid-p) of the
predictive distribution, for the last row and for sums of a few rows, corrected for their number. Higher scores are
more anomalous: score = -log10(p). Cost: about 60 µs a row, whatever the length.

The past that judges is robust: a row counts at most three standard deviations above what was expected, so a surge is
learnt slowly and a new level within weeks. Rows are taken as equal periods: months count alike, missing rows are not
filled in.

Sources: Noufaily et al. 2013 (Farrington flexible: past years' weeks, omitted recent rows, capped residuals), Lambert
and Liu 2006 (adaptive negative-binomial thresholds).

When it fails: a surge that starts within the first rows becomes the level; a yearly season is unknown for a year and
a half; where the dispersion itself changes, p-values are too small for some weeks.

>>> weekly = SmallCounts(7 * DAY)
>>> steps = [weekly.update(count, 7.0 * week) for week, count in enumerate([4, 6, 5, 3, 5, 4, 6, 5, 4, 5, 30])]
>>> [week for week, step in enumerate(steps) if step.opens]
[10]
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.special import betainc

from veille.detect.heavy import negative_binomial

Floats = npt.NDArray[np.float64]
DAY = 86_400.0
YEAR_DAYS = 365.25
HALF_YEAR = YEAR_DAYS / 2
LEAST_P = 1e-15


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallParams:
    """Lengths are in rows. Chosen on the weekly development series of docs/detection/surges.md.

    spans: sums that are judged. half_life: of the weights. prior_shape: events that the prior is worth.
    dispersion, dispersion_rows: variance over mean before anything is known, and the rows that this is worth.
    capped_at: squared standardised residual that teaches the dispersion at most. grace: rows before the first
    opening. open_at, close_below: scores. quiet: rows under `close_below` that close. least_events: in the span.
    same_week_days: how far a row of an earlier year may lie from this row's date.
    """

    spans: tuple[int, ...] = (1, 2, 4)
    half_life: float = 30.0
    prior_shape: float = 0.3
    dispersion: float = 1.5
    dispersion_rows: float = 6.0
    capped_at: float = 25.0
    grace: int = 6
    open_at: float = 2.2
    close_below: float = 1.0
    quiet: int = 2
    least_events: int = 5
    same_week_days: float = 17.5

    @classmethod
    def for_step(cls, seconds: float) -> "SmallParams":
        """Spans and half-life for rows of `seconds`: a day's rows cover a week, an hour's rows a day."""
        if seconds >= 6 * DAY:
            return cls()
        if seconds >= DAY / 2:
            return cls(spans=(1, 3, 7))
        rows = [round(span / seconds) for span in (3600, 8 * 3600, DAY)]
        spans = tuple(sorted({1, *(max(1, each) for each in rows)}))
        return cls(
            spans=spans,
            half_life=max(30.0, 7 * DAY / seconds),
            open_at=min(2.2 + np.log10(DAY / seconds), 4.0),  # as many false openings a year as daily rows give
            quiet=max(2, rows[0]),
            grace=max(6, rows[0]),
        )


class SmallStep(NamedTuple):
    """What is said of one row; `variance` is that of the predictive distribution of the row."""

    p_value: float
    expected: float
    variance: float
    span: int
    opens: bool


@dataclass(slots=True)
class _Profile:
    """Weighted counts of each cell (weekday × hour) and how many rows it had, decayed together with the level."""

    cells: int
    count: Floats = field(init=False)
    rows: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.count, self.rows = np.zeros(self.cells), np.zeros(self.cells)

    def take(self, cell: int, count: float, decay: float) -> None:
        """Learn one row of `cell`."""
        self.count *= decay
        self.rows *= decay
        self.count[cell] += count
        self.rows[cell] += 1

    def factors(self) -> Floats:
        """Mean of a cell over the mean of all, shrunk to 1 by ten expected events; 1 where all is unknown."""
        total, rows = self.count.sum(), self.rows.sum()
        if self.cells == 1 or rows < 2 * self.cells or total <= 0:
            return np.ones(self.cells)
        raw = (self.count + 10) / (self.rows * (total / rows) + 10)
        out: Floats = raw / ((raw * self.rows).sum() / rows)
        return out


class SmallCounts:
    """One series, row by row. Results depend on earlier rows only."""

    def __init__(self, step_seconds: float, params: SmallParams | None = None) -> None:
        self.params = params or SmallParams.for_step(step_seconds)
        self._step = step_seconds
        self._decay = 0.5 ** (1 / self.params.half_life)
        self._counts: list[float] = []  # as observed
        self._learnt: list[float] = []  # as they teach the level
        self._days: list[float] = []
        self._cells: list[int] = []
        self._usual: list[float] = []  # factor of the row's weekday, hour and season
        self._cumulated: list[float] = [0.0]  # of what was learnt
        self._level, self._weight = 0.0, 0.0  # decayed sums of what was learnt, and of the factors beside it
        self._profile = _Profile(7 * 24 if step_seconds <= 3600 else 7 if step_seconds <= DAY else 1)
        self._factors = self._profile.factors()
        self._residuals, self._residual_rows = 0.0, 0.0
        self._open, self._calm, self._admitted = False, 0, 0

    def update(self, count: float, day: float) -> SmallStep:
        """Judge a row of `count` (≥ 0) that starts `day` days after the epoch, then learn it.

        Raises ValueError for a count that is negative or not finite.
        """
        if not (np.isfinite(count) and count >= 0):
            raise ValueError("counts must be finite and not negative")
        cell = self._cell(day)
        self._usual.append(self._factors[cell] * self._season(day))
        self._counts.append(count)
        self._days.append(day)
        self._cells.append(cell)
        shape, rate = self._posterior()
        p_value, span, expected, variance = self._tail(shape, rate)
        opens = self._decide(p_value, span, expected)
        self._learn(expected, variance)
        return SmallStep(p_value, expected, variance, span, opens)

    @property
    def dispersion(self) -> float:
        """Variance over mean, at least 1."""
        p = self.params
        known = p.dispersion_rows * p.dispersion + self._residuals
        return max(1.0, known / (p.dispersion_rows + self._residual_rows))

    def _cell(self, day: float) -> int:
        if self._profile.cells == 1:
            return 0
        weekday = int(np.floor(day)) % 7
        return weekday if self._profile.cells == 7 else weekday * 24 + int(day % 1 * 24)

    def _posterior(self) -> tuple[float, float]:
        """Gamma shape and rate of the level of a row with factor 1."""
        p, phi = self.params, self.dispersion
        if not self._learnt:
            return p.prior_shape, p.prior_shape
        count, weight = self._level, self._weight
        if len(self._learnt) < p.grace:
            count, weight = sum(self._learnt), float(len(self._learnt))
        mean = max(count / weight, 0.05) if weight else max(self._learnt[-1], 0.05)
        return p.prior_shape + count / phi, p.prior_shape / mean + weight / phi

    def _season(self, day: float) -> float:
        """Counts around this date in earlier years over those of the whole year around it, shrunk to 1 by ten events."""
        near = max(self.params.same_week_days, 1.01 * self._step / DAY)
        if self._step < DAY or not self._days or day - self._days[0] < YEAR_DAYS + HALF_YEAR:
            return 1.0
        seen = expected = 10.0
        for year in range(1, int((day - self._days[0] + near) // YEAR_DAYS) + 1):
            middle = day - year * YEAR_DAYS
            around = self._mean(middle - HALF_YEAR, middle + HALF_YEAR)
            first, last = self._rows_between(middle - near, middle + near)
            seen += self._cumulated[last] - self._cumulated[first]
            expected += around * (last - first)
        return seen / expected

    def _mean(self, since: float, until: float) -> float:
        first, last = self._rows_between(since, until)
        return (self._cumulated[last] - self._cumulated[first]) / max(1, last - first)

    def _rows_between(self, since: float, until: float) -> tuple[int, int]:
        return bisect_left(self._days, since), min(bisect_right(self._days, until), len(self._learnt))

    def _tail(self, shape: float, rate: float) -> tuple[float, int, float, float]:
        """Least corrected p-value, its span, and mean and variance of this row."""
        sharper = 1 + 6 / (1 + self._residual_rows)  # the dispersion itself is uncertain while few rows are known
        phi, least, best, expected, variance = self.dispersion * sharper, 1.0, 1, 0.0, 0.0
        spans = [k for k in self.params.spans if k <= len(self._counts)]
        for k in spans:
            factor = sum(self._usual[-k:])
            mean = shape / rate * factor
            spread = mean * phi + factor * factor * shape / rate**2
            tail = upper_tail(sum(self._counts[-k:]), mean, spread) * len(spans) ** 0.7
            if k == 1:
                expected, variance = mean, spread
            if tail < least:
                least, best = tail, k
        return max(least, LEAST_P), best, expected, variance

    def _decide(self, p_value: float, span: int, expected: float) -> bool:
        p, score = self.params, -np.log10(p_value)
        enough = sum(self._counts[-span:]) >= p.least_events and len(self._counts) > p.grace
        opens = not self._open and score >= p.open_at and enough and self._counts[-1] > expected
        self._calm = 0 if score >= p.close_below else self._calm + 1
        self._open = bool(opens) or (self._open and self._calm < p.quiet)
        return bool(opens)

    def _learn(self, expected: float, variance: float) -> None:
        p, count, rows = self.params, self._counts[-1], len(self._counts)
        if rows > p.grace:
            squared = (count - expected) ** 2 / (variance / self.dispersion)
            self._residuals = self._decay * self._residuals + min(squared, p.capped_at * self.dispersion)
            self._residual_rows = self._decay * self._residual_rows + 1
            count = min(count, expected + max(3 * variance**0.5, 2.0))
        self._learnt.append(count)
        self._cumulated.append(self._cumulated[-1] + count)
        if rows == p.grace:
            usual = 3 * float(np.median(self._learnt)) + 3
            self._learnt = [min(each, usual) for each in self._learnt]
        if rows >= p.grace:
            self._admit()

    def _admit(self) -> None:
        """Take the rows that no span can hold any more into level and profile (most of them while few are known)."""
        held = min(max(self.params.spans) - 1, len(self._learnt) // 4)
        ready = len(self._learnt) - held
        for row in range(self._admitted, ready):
            cell = self._cells[row]
            self._level = self._decay * self._level + self._learnt[row]
            self._weight = self._decay * self._weight + self._usual[row]
            self._profile.take(cell, self._learnt[row], self._decay)
        if ready > self._admitted:
            self._factors = self._profile.factors()
        self._admitted = max(ready, self._admitted)


def upper_tail(count: float, mean: float, variance: float) -> float:
    """Mid-p probability of at least `count` under a negative binomial of this mean and variance (> mean)."""
    if count <= 0 or mean <= 0:
        return 1.0
    size, above = _shape(mean, variance)
    at_least, more = betainc(count, size, above), betainc(count + 1, size, above)
    return float(at_least + more) / 2


def interval(mean: Floats, variance: Floats, share: float = 0.99) -> tuple[Floats, Floats]:
    """Central interval that holds at least `share` of the counts predicted for each row."""
    size, above = _shape(mean, variance)
    tail = (1 - share) / 2
    law = negative_binomial()
    return law.ppf(tail, size, 1 - above), law.ppf(1 - tail, size, 1 - above)


def _shape(mean: Any, variance: Any) -> tuple[Any, Any]:
    size = mean**2 / np.maximum(variance - mean, 1e-9 * mean)
    return size, mean / (size + mean)


def score_counts(
    values: Floats, days: Floats, step_seconds: float, progress: Callable[[int], None] = lambda done: None
) -> pl.DataFrame:
    """One row a value, in order: score, p_value, expected, low, high, alert (1 where a surge opens), span (rows).

    values: counts, NaN where nothing was observed (the row gives nulls and alert 0). days: start of each row, in days
    since the epoch, ascending. Raises ValueError for a negative or infinite value.
    """
    series, out = SmallCounts(step_seconds), np.full((len(values), 5), np.nan)
    for row, (value, day) in enumerate(zip(values.tolist(), days.tolist(), strict=True)):
        if not np.isnan(value):
            step = series.update(value, day)
            out[row] = step.p_value, step.expected, step.variance, step.opens, step.span
        progress(row + 1)
    p_value, expected, variance, opens, span = out.T
    low, high = interval(expected, variance)
    columns = {
        "score": -np.log10(p_value),
        "p_value": p_value,
        "expected": expected,
        "low": np.minimum(low, expected),
        "high": np.maximum(high, expected),
        "alert": np.nan_to_num(opens),
        "span": span,
    }
    frame = pl.DataFrame(columns).with_columns(pl.col("alert").cast(pl.Int8))
    return frame.fill_nan(None).with_columns(pl.col("span").cast(pl.Int64))
