"""How much each series counts, and which have volume enough to be followed."""

import numpy as np
import numpy.typing as npt

from veille.detect.surges.sparse.names import NameTable

Series = tuple[str, str]  # kind and key, such as ("language", "en")

DECAY = 2.0 ** (-1 / 288)  # a bin; half-life one day


class Volumes:
    """Numbers series and keeps a decayed count of each; at most `max_names`, the smallest are forgotten."""

    def __init__(self, max_names: int) -> None:
        self.max_names = max_names
        self._names: NameTable[Series] = NameTable()
        self._sum = np.zeros(64)
        self._weight = 0.0

    def __getitem__(self, number: int) -> Series:
        return self._names[number]

    def number(self, series: Series) -> int:
        """Its number; given at first sight."""
        found = self._names.number(series)
        if found >= len(self._sum):
            self._sum = np.concatenate([self._sum, np.zeros(len(self._sum))])
        return found

    def add(self, counts: dict[int, int]) -> None:
        """Counts of one bin by number."""
        self._sum *= DECAY
        self._weight = self._weight * DECAY + 1
        for number, events in counts.items():
            self._sum[number] += events

    def daily(self) -> npt.NDArray[np.float64]:
        """Events a day of each number; 0 for one that nobody has."""
        out: npt.NDArray[np.float64] = self._sum[: self._names.size] * (288 / max(self._weight, 1.0))
        return out

    def shrink(self, kept: set[int]) -> None:
        """Beyond `max_names` forget the smaller half, never those in `kept`; the others keep their numbers."""
        if len(self._names) <= self.max_names:
            return
        known = self._names.numbered()
        order = sorted(known, key=lambda i: (i not in kept, -self._sum[i], self._names[i]))
        gone = sorted(order[max(len(kept), self.max_names // 2) :])
        self._names.drop(gone)
        self._sum[gone] = 0.0
