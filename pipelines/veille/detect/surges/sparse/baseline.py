"""What each series usually does: decayed counts and exposure, shrunk towards what all series do."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MAX_EXPONENT = 40.0  # doublings of the scale before the sums are rescaled
SHAPES = np.geomspace(0.02, 5.0, 40)  # candidates for the prior's shape
DEFAULT_SHAPE, DEFAULT_RATE = 0.2, 0.001  # before anything is known; events a bin


class Prediction(NamedTuple):
    """Gamma-Poisson prediction of a bin: mean rate and shape (already under the burst cap)."""

    rate: Floats
    shape: Floats


class _Fitted(NamedTuple):
    """What was fitted last: from hour to hour the rounded totals seldom change."""

    value: Floats
    times: Ints
    shape: float
    mean: float


class Baseline:
    """Rate of a series ~ Gamma(a0, b0), refitted from all series. Its own past adds counts and exposure to the
    mean, but only counts/φ to the certainty (the shape), for real counts clump.

    A series that was never seen before has all the exposure of the feed and no count: silence is zero. Sums decay
    with `half_life` (kept as sums that grow by 2^(t / half_life), so that a step touches only what changed).
    """

    def __init__(self, half_life: float, dispersion: float, burst_cap: float) -> None:
        self.half_life, self.dispersion, self.burst_cap = half_life, dispersion, burst_cap
        self.counts = np.zeros(0)
        self.excluded = np.zeros(0)  # exposure a series lacks because its bins were flagged
        self.exposure = 0.0
        self.origin = 0.0
        self.shape, self.rate = DEFAULT_SHAPE, DEFAULT_RATE
        self._fitted = _Fitted(np.zeros(0), np.zeros(0, dtype=np.int64), 0.0, 0.0)

    def grow(self, size: int) -> None:
        """Make room for `size` series."""
        if size > len(self.counts):
            pad = np.zeros(max(size, 2 * len(self.counts)) - len(self.counts))
            self.counts, self.excluded = np.concatenate([self.counts, pad]), np.concatenate([self.excluded, pad])

    def _weight(self, at: float) -> float:
        if (at - self.origin) / self.half_life > MAX_EXPONENT:
            factor = 2.0 ** (-(at - self.origin) / self.half_life)
            self.counts *= factor
            self.excluded *= factor
            self.exposure *= factor
            self.origin = at
        return float(2.0 ** ((at - self.origin) / self.half_life))

    def learn(self, at: int, bins: int, series: Ints, counts: Floats, excluded: dict[int, int]) -> None:
        """Add `bins` observed bins that end at bin `at`: counts per series, and bins that a series must leave out."""
        weight = self._weight(at)
        self.exposure += bins * weight
        np.add.at(self.counts, series, counts * weight)
        for one, missing in excluded.items():
            self.excluded[one] += missing * weight

    def relevel(self, series: int, at: int, count: float, bins: int) -> None:
        """Forget a series' past: from now on its level is `count` events in `bins` bins."""
        weight = self._weight(at)
        self.counts[series] = count * weight
        self.excluded[series] = self.exposure - bins * weight

    def predict(self, series: Ints, at: int) -> Prediction:
        """Rate and shape of these series at bin `at`."""
        scale = self._weight(at)
        counts, exposure = self.counts[series] / scale, np.maximum(self.exposure - self.excluded[series], 0.0) / scale
        rate = (self.shape + counts) / (self.shape / self.rate + exposure)
        evidence = self.shape + counts / self.dispersion
        return Prediction(rate, 1.0 / (1.0 / evidence + 1.0 / self.burst_cap))

    def fit_prior(self, at: int, recent: Floats, recent_bins: float) -> None:
        """Maximum likelihood of the prior from all series that were ever seen, guard band included (little is flagged).

        Zero-truncated: how many targets exist that nobody mentions is unknown, and a target that is mentioned for the
        first time is one of those. Grid over the shape and, for each, the mean that reproduces the mean of the seen.
        """
        size, scale = len(recent), self._weight(at)
        exposure = self.exposure / scale + recent_bins
        total = self.counts[:size] / scale + recent
        total = np.maximum(1.0, np.round(total[total >= 0.5]))
        if total.sum() < 50 or exposure <= 0:
            return
        value, times = np.unique(total, return_counts=True)
        if not (np.array_equal(value, self._fitted.value) and np.array_equal(times, self._fitted.times)):
            self._fitted = _fitted(value, times, float(total.mean()))
        self.shape, self.rate = self._fitted.shape, self._fitted.mean / exposure


def _fitted(value: Floats, times: Ints, seen: float) -> _Fitted:
    """The best of SHAPES for totals `value`, each seen in `times` series, with the mean that reproduces `seen`, theirs."""
    mean = _truncated_means(SHAPES, seen)[:, None]
    a = SHAPES[:, None]
    zero = a * np.log(a / (mean + a))
    terms = gammaln(value + a) - gammaln(a) + value * np.log(mean / (mean + a)) + zero
    best = int(np.argmax(terms @ times - times.sum() * np.log(-np.expm1(zero[:, 0]))))
    return _Fitted(value, times, float(SHAPES[best]), float(mean[best, 0]))


def _truncated_means(shape: Floats, seen: float) -> Floats:
    """Means of the negative binomials whose mean, given at least one event, is `seen` (> 1); by bisection."""
    low, high = np.full(len(shape), 1e-9), np.full(len(shape), seen)
    for _ in range(60):
        middle = np.sqrt(low * high)
        given = middle / -np.expm1(shape * np.log(shape / (middle + shape)))
        low, high = np.where(given < seen, middle, low), np.where(given < seen, high, middle)
    return low
