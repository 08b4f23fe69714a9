"""Storms: hours to weeks far above the usual day of a series. Streaming, causal, robust to earlier storms.

The usual day m is the median of up to 28 disjoint 24-hour totals before the last 24 hours (at least 14, and at least
`least_day`). Every quarter of an hour, windows of 3 hours to 7 days are looked at. A window of w, d = w / 24 h, opens a storm where

    N_w ≥ max(ratio · m, mean_ratio · mean day, least_events) · d^0.1     up to a day
    N_w ≥ max(ratio · m, mean_ratio · mean day, least_events) · d         beyond

so most of what makes the day a storm must have come already, however short the time. The mean of the same days keeps a series that
is silent on most days from opening at each burst. Nothing that belonged to a closed storm counts towards the next. A storm ends when
the last 12 hours hold less than 2 m (a slow one, which only a window of days found: when the last day holds less than
1.5 m). After two weeks the median is the new level.

The band of a day is the least and the greatest of those past days; a day above `ratio` · m was a storm itself and counts as that. Memory:
22 kB a series. Results do not depend on batching or on later bins; an unobserved bin (NaN) does not advance the clock.

When it fails: it says nothing in the first fortnight; a rise that takes weeks moves the median with it; weekday and season are not
modelled; a stream that is silent on most days opens at each large burst.

>>> import numpy as np
>>> days = np.repeat([10.0] * 20 + [80.0], 24)            # hours: twenty days of 240, then one of 1,920
>>> bank = StormBank(1, StormParams.for_step(3600))
>>> steps = [bank.update(np.array([count])) for count in days]
>>> [(i, int(step.window[0])) for i, step in enumerate(steps) if step.opens[0]]
[(488, 24)]
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

DAY_SECONDS, LOOK_SECONDS = 86_400, 900
LEAST_SPREAD = 0.2  # of log totals: a few days tell little about it
NEW_LEVEL = 1.5  # times the usual day of the opening
QUARTILES = 1.349  # standard deviations between the quartiles of a normal law


@dataclass(frozen=True, kw_only=True)
class StormParams:
    """bin_seconds: length of a bin. windows: (hours, ratio to the usual day). least_events: of a day, for a storm.

    days, least_days: of the past. exponent: how the bound falls with windows below a day. ends, slow_ends: (hours, usual days) under
    which a storm is over. Measured in docs/detection/surges.md.
    """

    bin_seconds: float = 300.0
    windows: tuple[tuple[int, float], ...] = ((3, 3.6), (6, 3.6), (12, 3.6), (24, 3.6), (72, 3.0), (168, 2.5))
    exponent: float = 0.1
    mean_ratio: float = 1.5
    least_events: float = 300.0
    least_day: float = 25.0
    days: int = 28
    least_days: int = 14
    ends: tuple[int, float] = (12, 2.0)
    slow_ends: tuple[int, float] = (24, 1.5)

    @classmethod
    def for_step(cls, seconds: float, least_events: float = 300.0) -> "StormParams":
        """For bins of `seconds`, at most three hours."""
        return cls(bin_seconds=seconds, least_events=least_events)

    @property
    def every(self) -> int:
        """Bins between two looks."""
        return max(1, round(LOOK_SECONDS / self.bin_seconds))

    def looks(self, hours: float) -> int:
        """Looks in so many hours."""
        return max(1, round(hours * 3600 / (self.bin_seconds * self.every)))


class StormStep(NamedTuple):
    """One bin of every series. Figures of a day are those of the last look; those of a storm under way are from its opening."""

    opens: Bools
    closes: Bools
    relearned: Bools  # closed because the usual day has grown by half since the opening: the new level
    is_open: Bools  # after this bin
    active: Bools  # the last hours are far above the usual; never between storms
    window: Ints  # bins: of the windows that opened, the one furthest above its bound; 0 elsewhere
    usual: Floats  # events of a usual day
    low: Floats  # least and greatest of the past days that were no storms
    high: Floats
    level: Floats  # events of the last 24 hours over those of a usual day; NaN while too little is known
    p_value: (
        Floats  # chance of a day with at least the events of the window: log-normal through the past days' quartiles
    )


class StormBank:
    """State of `series` count series, each with its own clock."""

    def __init__(self, series: int, params: StormParams | None = None) -> None:
        self.params = p = params or StormParams()
        self._day = p.looks(24)
        self._widths = np.array([p.looks(hours) for hours, _ in p.windows])
        days = self._widths / self._day
        self._ratio = np.array([ratio for _, ratio in p.windows])
        self._share = np.where(days <= 1, days**p.exponent, days)
        self._slow = days > 1
        self._ring = self._day * (p.days + 2) + 1
        self._n = np.zeros(series, dtype=np.int64)  # bins observed
        self._total = np.zeros(series)
        self._sums = np.zeros((series, self._ring))  # events before look i, at i mod ring
        self._open = np.zeros(series, dtype=bool)
        self._slowly = np.zeros(series, dtype=bool)  # opened by a window of days
        self._ended = np.zeros(series, dtype=np.int64)  # look at which the last storm ended
        self._active = np.zeros(series, dtype=bool)
        self._figures = np.full((series, 5), np.nan)  # usual, low, high, level, p of the last look or of the opening

    def __len__(self) -> int:
        return len(self._n)

    @property
    def is_open(self) -> Bools:
        """Which series have a storm under way."""
        return self._open.copy()

    @property
    def nbytes(self) -> int:
        """Bytes of state."""
        return sum(v.nbytes for v in self._state().values())

    def _state(self) -> dict[str, npt.NDArray[np.generic]]:
        shared = {"_widths", "_ratio", "_share", "_slow"}
        return {name: v for name, v in vars(self).items() if isinstance(v, np.ndarray) and name not in shared}

    def grow(self, series: int) -> None:
        """Add `series` new series at the end; they start today, with no past."""
        fresh = StormBank(series, self.params)._state()
        for name, value in self._state().items():
            setattr(self, name, np.concatenate([value, fresh[name]]))

    def reset(self, i: int) -> None:
        """Series `i` becomes another one that starts today."""
        fresh = StormBank(1, self.params)._state()
        for name, value in self._state().items():
            value[i] = fresh[name][0]

    def restate(self, i: int, ago: int, extra: float) -> None:
        """Add late events to the bin `ago` observed bins back (1 = the last one) of series `i`; the next look counts them."""
        every, last = self.params.every, int(self._n[i])
        first = max(-(-(last - ago + 1) // every), last // every - self._ring + 1)
        self._sums[i, np.arange(first, last // every + 1) % self._ring] += extra
        self._total[i] += extra

    def update(self, counts: Floats) -> StormStep:
        """Take one new bin (one count a series, NaN = not observed)."""
        seen = ~np.isnan(counts)
        self._total[seen] += counts[seen]
        self._n[seen] += 1
        opens, closes, relearned = np.zeros((3, len(self)), dtype=bool)
        window = np.zeros(len(self), dtype=np.int64)
        rows = np.flatnonzero(seen & (self._n % self.params.every == 0))
        if len(rows):
            self._sums[rows, (self._n[rows] // self.params.every) % self._ring] = self._total[rows]
            opens[rows], closes[rows], relearned[rows], window[rows] = self._look(rows)
        usual, low, high, level, p_value = self._figures.T.copy()
        is_open, active = self._open.copy(), self._active.copy()
        return StormStep(opens, closes, relearned, is_open, active, window, usual, low, high, level, p_value)

    def _look(self, rows: Ints) -> tuple[Bools, Bools, Bools, Ints]:
        at = self._n[rows] // self.params.every
        past = self._past_days(rows, at)
        known = np.count_nonzero(~np.isnan(past), axis=1) >= self.params.least_days
        usual, mean, low, high, spread = self._usual(past)
        least = np.maximum(self.params.mean_ratio * mean, self.params.least_events)
        bound = np.maximum(self._ratio * usual[:, None], least[:, None]) * self._share
        since = np.maximum(at[:, None] - self._widths, self._ended[rows][:, None])
        found = self._before(rows, at)[:, None] - self._before_each(rows, since)
        above = (found >= bound) & known[:, None]
        quick, slow = (self._holds(rows, at, ends, usual) for ends in (self.params.ends, self.params.slow_ends))
        above &= np.where(self._slow, slow[:, None], quick[:, None])
        opens = ~self._open[rows] & above.any(axis=1)
        self._slowly[rows[opens]] = ~above[opens][:, ~self._slow].any(axis=1)
        closes = self._open[rows] & ~np.where(self._slowly[rows], slow, quick)
        relearned = closes & (usual >= NEW_LEVEL * self._figures[rows, 0])
        self._open[rows] = (self._open[rows] | opens) & ~closes
        self._ended[rows[closes]] = at[closes]
        self._active[rows] = self._open[rows] & self._holds(rows, at, (3, 0.25), usual)
        best = np.argmax(np.where(above, found / bound, 0.0), axis=1)
        tripped = found[np.arange(len(rows)), best] / np.maximum(self._widths[best] / self._day, 1.0)
        self._note(rows, at, opens, np.stack([usual, low, high, spread, tripped], axis=1), known)
        return opens, closes, relearned, np.where(opens, self._widths[best] * self.params.every, 0)

    def _note(self, rows: Ints, at: Ints, opens: Bools, figures: Floats, known: Bools) -> None:
        usual, low, high, spread, tripped = figures.T
        day = self._before(rows, at) - self._before(rows, np.maximum(at - self._day, 0))
        p_value = np.maximum(ndtr(-np.log(np.maximum(tripped, 1) / usual) / spread), 1e-12)
        fresh = ~self._open[rows] | opens
        new = np.stack([usual, low, high, day / usual, p_value], axis=1)
        new[~known] = np.nan
        self._figures[rows[fresh]] = new[fresh]
        under_way = rows[~fresh]
        self._figures[under_way, 3] = day[~fresh] / self._figures[under_way, 0]

    def _past_days(self, rows: Ints, at: Ints) -> Floats:
        """Totals of the disjoint days before the last 24 hours (NaN: not known)."""
        edges = at[:, None] - self._day * np.arange(1, self.params.days + 2)
        sums = np.where(edges >= 0, self._before_each(rows, np.maximum(edges, 0)), np.nan)
        out: Floats = sums[:, :-1] - sums[:, 1:]
        return out

    def _usual(self, past: Floats) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """Usual day, mean day, least and greatest day that was no storm, spread of the logarithms."""
        p, known = self.params, np.maximum(np.count_nonzero(~np.isnan(past), axis=1), 1)
        ordered = np.sort(np.where(np.isnan(past), np.inf, past), axis=1)
        ordered[:, 0] = np.where(np.isinf(ordered[:, 0]), 0.0, ordered[:, 0])
        quarter, middle, three = (_at(ordered, known, share) for share in (0.25, 0.5, 0.75))
        mean = np.where(np.isinf(ordered), 0.0, ordered).sum(axis=1) / known
        usual = np.maximum(middle, p.least_day)
        spread = np.log(np.maximum(three, 1) / np.maximum(quarter, 1)) / QUARTILES
        spread = np.maximum(spread, np.sqrt(LEAST_SPREAD**2 + 1 / usual))
        most = np.minimum(_at(ordered, known, 1.0), self._ratio[0] * usual)
        return usual, mean, np.minimum(ordered[:, 0], usual), np.maximum(most, usual), spread

    def _holds(self, rows: Ints, at: Ints, ends: tuple[float, float], usual: Floats) -> Bools:
        """Whether the last hours hold so many usual days."""
        hours, days = ends
        lately = self._before(rows, at) - self._before(rows, np.maximum(at - self.params.looks(hours), 0))
        out: Bools = lately >= days * usual
        return out

    def _before(self, rows: Ints, at: Ints) -> Floats:
        out: Floats = self._sums[rows, at % self._ring]
        return out

    def _before_each(self, rows: Ints, at: Ints) -> Floats:
        out: Floats = self._sums[rows[:, None], np.maximum(at, 0) % self._ring]
        return out


def _at(ordered: Floats, known: Ints, share: float) -> Floats:
    """The quantile of the first `known` values of each row, between the two nearest ones."""
    rows, place = np.arange(len(ordered)), share * (known - 1)
    below = place.astype(np.int64)
    above = np.minimum(below + 1, known - 1)
    out: Floats = ordered[rows, below] + (place - below) * (ordered[rows, above] - ordered[rows, below])
    return out
