"""Clumps: several accounts within one bin more often than chance has it, without any surge.

Counts of mentions clump (one post, one group chat). How often a bin reaches n, per expected event, is measured over
all quiet series together; a clump of j among the n events of a window is then no evidence by itself.
"""

import numpy as np
import numpy.typing as npt

from veille.detect.surges.sparse.significance import excess_p_values

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LARGEST = 64
SUPPORT = 8.0  # bins that the extrapolated tail must rest on
QUIET_RATE = 0.05  # events a bin: above it several in a bin are no clump
LEAST_RATIO = 0.5  # the tail of clumps is never taken to fall faster than this


class Clumps:
    """Tail C(n) = (bins with n or more) / (events), of series with less than QUIET_RATE events a bin; decayed."""

    def __init__(self, half_life: float) -> None:
        self.half_life = half_life
        self.bins = np.zeros(LARGEST + 1)
        self._table = np.zeros(LARGEST + 1)
        self._fit()

    def learn(self, per_bin: Floats, bins: int) -> None:
        """Counts of the (series, bin) cells that are not zero, from `bins` bins."""
        self.bins *= 2.0 ** (-bins / self.half_life)
        sizes = np.minimum(np.rint(per_bin), LARGEST).astype(np.int64)
        self.bins += np.bincount(sizes, minlength=LARGEST + 1)
        self._fit()

    def _fit(self) -> None:
        beyond = np.cumsum(self.bins[::-1])[::-1]
        events = float((self.bins * np.arange(LARGEST + 1)).sum())
        tail = beyond / max(events, 1.0)
        supported = np.flatnonzero(beyond[1:] >= SUPPORT) + 1
        last = int(supported[-1]) if len(supported) else 1
        tail[last] = max(float(tail[last]), 1e-6 if last == 1 else 0.0)
        ratio = max(LEAST_RATIO, float(tail[last] / tail[last - 1])) if last > 2 else LEAST_RATIO
        after = np.arange(LARGEST + 1 - last)
        tail[last:] = tail[last] * min(ratio, 0.95) ** after
        self._table = tail

    def p_values(self, count: Ints, largest: Ints, mean: Floats, shape: Floats) -> Floats:
        """P(count or more), one clump of up to `largest` events included; 1-d arrays over (series, window) cells."""
        p = excess_p_values(count, mean, shape)
        for size in range(2, int(min(largest.max(initial=0), LARGEST)) + 1):
            rest = excess_p_values(np.maximum(count - size, 0), mean, shape)
            p = np.where(largest >= size, np.maximum(p, np.minimum(1.0, mean * self._table[size]) * rest), p)
        return p
