"""Drops: the last hour of each followed series against the same clock time of the days before.

Told apart from a dead feed (silence of everything) and from a change of what is collected. Missing data is never read as calm.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from veille.detect.heavy import negative_binomial
from veille.detect.significance import q_values
from veille.detect.surges.records import Surge, surge_id
from veille.detect.surges.stream.history import DAY, HOUR, History
from veille.detect.surges.stream.params import BIN_US, StreamParams
from veille.detect.surges.stream.volumes import Series

MIN_DAYS = 3
BACK = 0.5  # a drop ends when so much of what is expected comes again, or after a day: then it is the new level
DROP, COVERAGE, DEAD_FEED = "drop", "coverage", "dead_feed"
SOURCE = "source"


class Drops:
    """Drops under way, by series. A series that is only less than usual, or has too little past, is not judged."""

    def __init__(self, params: StreamParams) -> None:
        self._params = params
        self._open: dict[Series, Surge] = {}

    @property
    def open(self) -> list[Surge]:
        return list(self._open.values())

    def step(self, history: History, rows: Mapping[int, Series], cause: Callable[[Series], str]) -> list[Surge]:
        """New, closed and amended drops after the bin that `history` has taken last."""
        p, now = self._params, history.now
        if not history.complete:
            return []  # no data is not silence: a dead feed is told by itself
        index = np.fromiter(rows, dtype=np.int64, count=len(rows))
        observed, past = (part[index] for part in history.hours())
        # Not only less than the mean, which a surge some days ago would raise: less than on each of the last days.
        least = np.where(np.isnan(past[:, :MIN_DAYS]), np.inf, past[:, :MIN_DAYS]).min(axis=1)
        enough = np.nansum(past, axis=1) >= p.drop_events * MIN_DAYS  # no row with less has such a mean on so many days
        if not self._open and not np.any(enough & (observed <= p.drop_share * least)):
            return []
        days = (~np.isnan(past)).sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.nansum(past, axis=1) / days
            variance = np.nansum((past - mean[:, None]) ** 2, axis=1) / np.maximum(days - 1, 1)
        judged = (days >= MIN_DAYS) & (mean >= p.drop_events)
        out = self._ended(index, rows, observed, np.where(judged, mean, 0.0), now)
        low = judged & (observed <= p.drop_share * np.minimum(mean, least))
        low &= np.array([rows[int(i)] not in self._open for i in index], dtype=bool)
        if not low.any():
            return out
        found = fall(observed[judged], mean[judged], variance[judged])
        q = np.ones(len(index))
        q[judged] = q_values(found.p_value, int(judged.sum()))
        place = np.cumsum(judged) - 1
        for i in np.flatnonzero(low & (q <= p.drop_q)):
            series, j = rows[int(index[i])], int(place[i])
            tested = (found.p_value[j], q[i], found.low[j], found.high[j])
            out.append(self._begin(series, now, int(observed[i]), float(mean[i]), tested, cause(series)))
        return out

    def _ended(
        self,
        index: npt.NDArray[np.int64],
        rows: Mapping[int, Series],
        observed: npt.NDArray[np.float64],
        mean: npt.NDArray[np.float64],
        now: int,
    ) -> list[Surge]:
        row_of = {rows[int(i)]: place for place, i in enumerate(index)}
        out = []
        for series in sorted(self._open):
            place = row_of.get(series)
            lasted = now - self._open[series].opened_at // BIN_US
            if place is None or observed[place] > BACK * mean[place] or lasted >= DAY:
                out.append(self.end(series, now))
        return out

    def end(self, series: Series, now: int) -> Surge:
        """Close a drop at the end of bin `now`."""
        drop = self._open.pop(series)
        return replace(drop, closed_at=(now + 1) * BIN_US, version=drop.version + 1)

    def finish(self, now: int) -> list[Surge]:
        """Close all drops under way at the end of bin `now`."""
        return [self.end(series, now) for series in sorted(self._open)]

    def _begin(
        self,
        series: Series,
        now: int,
        observed: int,
        mean: float,
        tested: tuple[float, float, float, float],
        cause: str,
    ) -> Surge:
        p_value, q_value, low, high = map(float, tested)
        self._open[series] = drop = Surge(
            surge_id=surge_id(f"drop:{series[0]}", series[1], now),
            series_kind=series[0],
            series_key=series[1],
            opened_at=now * BIN_US,
            decided_at=(now + 1) * BIN_US,
            since=(now - HOUR + 1) * BIN_US,
            peak_at=now * BIN_US,
            closed_at=None,
            observed=observed,
            expected=mean,
            low=low,
            high=high,
            accounts=0,
            score=-float(np.log10(p_value)),
            p_value=p_value,
            q_value=q_value,
            window_seconds=HOUR * BIN_US // 1_000_000,
            reason=cause,
        )
        return drop


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
    law = negative_binomial()(shape, shape / (shape + usual))
    p_value = np.maximum(np.asarray(law.cdf(np.asarray(observed))), 1e-300)
    return Fall(p_value, np.asarray(law.ppf(0.005)), np.asarray(law.ppf(0.995)))
