"""Counts of the last two weeks of each followed series, bin by bin; and which bins were observed at all."""

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

DAY, HOUR, DAYS = 288, 12, 14
LENGTH = DAY * DAYS + HOUR


class History:
    """A ring of LENGTH bins for each of `rows` series: 16 kB a series."""

    def __init__(self, rows: int) -> None:
        self._counts = np.zeros((rows, LENGTH), dtype=np.float32)
        self._since = np.full(rows, np.iinfo(np.int64).max)  # first bin of each row
        self._observed = np.zeros(LENGTH, dtype=bool)
        self.now = -1  # the last bin written

    @property
    def nbytes(self) -> int:
        return self._counts.nbytes + self._since.nbytes

    def grow(self, rows: int) -> None:
        """Make room for `rows` series in all."""
        more = rows - len(self._since)
        self._counts = np.concatenate([self._counts, np.zeros((more, LENGTH), dtype=np.float32)])
        self._since = np.concatenate([self._since, np.full(more, np.iinfo(np.int64).max)])

    def start(self, row: int, bin_: int) -> None:
        """Row `row` is another series from bin `bin_` on."""
        self._counts[row] = 0
        self._since[row] = bin_

    def push(self, bin_: int, counts: npt.NDArray[np.float64], *, observed: bool) -> None:
        """Write one bin; those left out since the last one were not observed."""
        skipped = min(bin_ - self.now - 1, LENGTH) if self.now >= 0 else 0
        for gap in range(bin_ - skipped, bin_):
            self._observed[gap % LENGTH] = False
            self._counts[:, gap % LENGTH] = 0
        self._counts[:, bin_ % LENGTH] = counts
        self._observed[bin_ % LENGTH] = observed
        self.now = bin_

    def add(self, row: int, bin_: int, events: int) -> None:
        """Late events of a bin that is still kept."""
        if self.now - LENGTH < bin_ <= self.now:
            self._counts[row, bin_ % LENGTH] += events

    def observed(self, bin_: int) -> bool:
        """Whether anything was seen of a kept bin."""
        return self.now - LENGTH < bin_ <= self.now and bool(self._observed[bin_ % LENGTH])

    def of(self, row: int, first: int, last: int) -> list[tuple[int, int]]:
        """(bin, events) of the kept bins first … last of one row."""
        kept = np.arange(max(first, self.now - LENGTH + 1), min(last, self.now) + 1)
        return list(zip(kept.tolist(), self._counts[row, kept % LENGTH].astype(np.int64).tolist(), strict=True))

    def hours(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """The last hour of each row, and the same clock time of each day before (rows × DAYS; NaN = not known)."""
        back = np.arange(DAYS + 1)[:, None] * DAY + np.arange(HOUR)[None, :]
        index = (self.now - back) % LENGTH
        sums = self._counts[:, index].sum(axis=2, dtype=np.float64)
        complete = self._observed[index].all(axis=1)
        first = self.now - back[:, -1]
        known = complete[None, :] & (first[None, :] >= self._since[:, None])
        past = np.where(known[:, 1:], sums[:, 1:], np.nan)
        return sums[:, 0], past
