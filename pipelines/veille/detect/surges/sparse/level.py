"""How busy the whole feed is: when everybody is mentioned more, more is expected of each.

The level is the number of distinct series that were active within each window, not the number of events: a crowd
about one target adds one to it. It divides what is now by what was usual when the baseline was learned.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

PRIOR = 5.0  # active series added on both sides: in a small feed a few more say little


class FeedLevel:
    """Decayed mean of the active series per window, learned behind the guard band like the baseline."""

    def __init__(self, windows: tuple[int, ...], half_life: float) -> None:
        self.windows, self.half_life = windows, half_life
        self._held: list[tuple[int, Floats]] = []
        self._sum, self._weight = np.zeros(len(windows)), np.zeros(len(windows))

    def active(self, last: npt.NDArray[np.int32], end: int) -> Floats:
        """Series with an event in the last bins up to bin `end`, per window; `last` holds the newest bin of each."""
        counts = [np.count_nonzero(last > end - w) for w in self.windows]
        return np.array(counts, dtype=float)

    def hold(self, end: int, age: int, active: Floats) -> None:
        """Keep the level at bin `end` until it is learned; windows longer than the feed's `age` are not known yet."""
        self._held.append((end, np.where(np.asarray(self.windows) <= age, active, np.nan)))

    def learn(self, upto: int, bins: int) -> None:
        """Learn what was held before bin `upto`."""
        ready = [active for end, active in self._held if end < upto]
        self._held = [(end, active) for end, active in self._held if end >= upto]
        for active in ready:
            decay, known = 2.0 ** (-bins / self.half_life), ~np.isnan(active)
            self._sum = self._sum * decay + np.where(known, active, 0.0)
            self._weight = self._weight * decay + known

    def factor(self, active: Floats) -> Floats:
        """By how much the feed is above its usual level, per window, at least 1."""
        known = self._weight > 0
        usual = np.where(known, self._sum / np.where(known, self._weight, 1.0), active)
        out: Floats = np.maximum(1.0, (active + PRIOR) / (usual + PRIOR))
        return out
