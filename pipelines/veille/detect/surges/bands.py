"""How many events a stretch of time holds without a surge: the 99 % band of a window of any length."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Protocol


class Band(Protocol):
    """Ends of the interval of what is expected."""

    def ends(self, bins: int, expected: float) -> tuple[float, float]:
        """Least and most events of `bins` bins in which `expected` events are expected."""
        ...


@dataclass(frozen=True, slots=True)
class BurstBand:
    """Of a burst: ends of each span's mean as `DenseStep.ends` has them, (low, high) a span. A stretch between two spans takes the
    shorter one's, one beyond the last the last one's: wider than it need be, for longer means wander less."""

    spans: Sequence[int]
    ends_of_spans: Sequence[tuple[float, float]]

    def ends(self, bins: int, expected: float) -> tuple[float, float]:
        if not bins:
            return 0.0, 0.0
        place = max((i for i, span in enumerate(self.spans) if span <= bins), default=0)
        mean = expected / bins
        low, high = (bins * (mean + end * sqrt(mean + 1)) for end in self.ends_of_spans[place])
        return min(max(low, 0.0), expected), max(high, expected)


@dataclass(frozen=True, slots=True)
class StormBand:
    """Of a storm: the least and the greatest of the past days that were no storms. exponent: as in `StormParams`."""

    low_day: float
    high_day: float
    bins_a_day: float
    exponent: float

    def ends(self, bins: int, expected: float) -> tuple[float, float]:
        days = bins / self.bins_a_day
        most = self.high_day * (days if days > 1 else days**self.exponent)
        return min(self.low_day * days, expected), max(most, expected)
