"""How much each series counts, and which have volume enough to be followed."""

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Series = tuple[str, str]  # kind and key, such as ("language", "en")

DECAY = 2.0 ** (-1 / 288)  # a bin; half-life one day


class Volumes:
    """Numbers series and keeps a decayed count of each; at most `max_names`, the smallest are forgotten."""

    def __init__(self, max_names: int) -> None:
        self.max_names = max_names
        self._number: dict[Series, int] = {}
        self._names: list[Series] = []
        self._sum = np.zeros(64)
        self._weight = 0.0

    def __getitem__(self, number: int) -> Series:
        return self._names[number]

    def number(self, series: Series) -> int:
        """Its number; given at first sight."""
        found = self._number.get(series)
        if found is None:
            found = self._number[series] = len(self._names)
            self._names.append(series)
            if found >= len(self._sum):
                self._sum = np.concatenate([self._sum, np.zeros(len(self._sum))])
        return found

    def add(self, counts: dict[int, int]) -> None:
        """Counts of one bin by number."""
        self._sum[: len(self._names)] *= DECAY
        self._weight = self._weight * DECAY + 1
        for number, events in counts.items():
            self._sum[number] += events

    def daily(self) -> npt.NDArray[np.float64]:
        """Events a day of each number."""
        out: npt.NDArray[np.float64] = self._sum[: len(self._names)] * (288 / max(self._weight, 1.0))
        return out

    def shrink(self, kept: set[int]) -> dict[int, int]:
        """Beyond `max_names` forget the smaller half, never those in `kept`; old number → new number of what stays."""
        if len(self._names) <= self.max_names:
            return {}
        order = sorted(range(len(self._names)), key=lambda i: (i not in kept, -self._sum[i], self._names[i]))
        stay = sorted(order[: max(len(kept), self.max_names // 2)])
        self._sum = np.concatenate([self._sum[stay], np.zeros(64)])
        self._names = [self._names[i] for i in stay]
        self._number = {name: i for i, name in enumerate(self._names)}
        return {old: new for new, old in enumerate(stay)}
