"""How often: a bucket of tokens for each name, in bounded memory."""

import time
from collections import OrderedDict
from collections.abc import Callable

NAMES = 10_000


class Rate:
    """So many a minute for each name, as many at once. Not for use by several threads."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = float(a_minute), clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, name: str) -> float:
        """0.0 where it may be done now, and counts; else the seconds until it may."""
        now = self._clock()
        left = self._now(name, now)
        granted = left >= 1.0
        self._left[name] = (left - granted, now)
        self._left.move_to_end(name)
        if len(self._left) > NAMES:  # the one that has not come for longest
            self._left.popitem(last=False)
        return 0.0 if granted else (1.0 - left) * 60.0 / self._most

    def spent(self, name: str) -> bool:
        """Whether nothing is left for a name; asking costs nothing."""
        return self._now(name, self._clock()) < 1.0

    def _now(self, name: str, now: float) -> float:
        left, at = self._left.get(name, (self._most, now))
        return min(self._most, left + (now - at) * self._most / 60.0)
