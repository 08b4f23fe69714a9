"""P-values that hold on real counts: the pooled empirical tail per window and volume band."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

BAND_EDGES = np.array([0.3, 1.0, 3.0, 10.0, 30.0, 100.0])  # expected events a day
STEP, TOP = 0.25, 40.0  # resolution and range of -log10 p
SUPPORT = 30.0  # observations that the extrapolated tail must rest on
LEAST_RATE = 3e-6  # per series and step: what is rarer may be real surges that were missed, and teaches nothing
LEAST_SLOPE = 0.7  # of the extrapolated tail, so that missed surges cannot shut a band for good


def band_of(per_day: Floats) -> Ints:
    """Volume band of an expected number of events a day."""
    return np.searchsorted(BAND_EDGES, per_day).astype(np.int64)


class TailCalibration:
    """How often all series of a band reached a model p-value, when none of them was in a surge.

    The calibrated p is the larger of the model's and the empirical rate per series and step. Where fewer than SUPPORT
    observations lie beyond, the tail is continued on a log-log line whose slope (≤ 1) is the Hill estimate there:
    a model that is ten times too sure at 1e-4 is not believed at 1e-8 either.
    """

    def __init__(self, windows: int, half_life: float) -> None:
        self.half_life = half_life
        self.seen = np.zeros((windows, len(BAND_EDGES) + 1, int(TOP / STEP) + 1))
        self.trials = np.zeros(len(BAND_EDGES) + 1)
        self._table = np.zeros_like(self.seen)
        self._identity()

    def _identity(self) -> None:
        self._table[:] = -np.arange(self.seen.shape[2]) * STEP

    def record(self, window: Ints, band: Ints, p: Floats) -> None:
        """Count gated p-values of series that are in no surge."""
        slot = np.minimum(-np.log10(p) / STEP, self.seen.shape[2] - 1).astype(np.int64)
        np.add.at(self.seen, (window, band, slot), 1)

    def passed(self, series_per_band: Floats, bins: int) -> None:
        """`bins` steps went by with so many series in each band; refit."""
        decay = 2.0 ** (-bins / self.half_life)
        self.seen *= decay
        self.trials = self.trials * decay + series_per_band * bins
        self._fit()

    def _fit(self) -> None:
        self._identity()
        model = self._table[0, 0].copy()
        for window, band in np.ndindex(self.seen.shape[:2]):
            if self.trials[band] <= 0:
                continue
            beyond = np.cumsum(self.seen[window, band][::-1])[::-1]
            supported = np.flatnonzero(beyond >= max(SUPPORT, LEAST_RATE * float(self.trials[band])))
            if len(supported) == 0:
                continue
            self._table[window, band] = np.maximum(
                model, _tail_line(beyond, int(supported[-1]), float(self.trials[band]))
            )

    def apply(self, window: int, band: Ints, p: Floats) -> Floats:
        """Calibrated p-values, in (0, 1], never below the model's."""
        place: Floats = np.minimum(-np.log10(p) / STEP, self.seen.shape[2] - 1)
        low = place.astype(np.int64)
        high = np.minimum(low + 1, self.seen.shape[2] - 1)
        table = self._table[window]
        value = table[band, low] + (place - low) * (table[band, high] - table[band, low])
        out: Floats = np.minimum(1.0, np.maximum(p, 10.0**value))
        return out


def _tail_line(beyond: Floats, last: int, trials: float) -> Floats:
    """log10 of the empirical rate at each slot; beyond `last` continued with the Hill slope."""
    slots = np.arange(len(beyond))
    with np.errstate(divide="ignore"):
        line = np.log10(np.maximum(beyond, 1e-12) / trials)
    start = min(int(np.flatnonzero(beyond <= max(10 * SUPPORT, beyond[0] - 1e-9))[0]), last)
    mean_excess = max((beyond[start:].sum() / beyond[start] - 0.5) * STEP, 1e-6)
    slope = float(np.clip(1.0 / (np.log(10) * mean_excess), LEAST_SLOPE, 1.0))
    after = slots > last
    line[after] = line[last] - slope * STEP * (slots[after] - last)
    out: Floats = np.minimum(line, 0.0)
    return out
