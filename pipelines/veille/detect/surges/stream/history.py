"""Counts of the last two weeks of each followed series, bin by bin; and which bins were observed at all."""

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

DAY, HOUR, DAYS = 288, 12, 14
LENGTH = DAY * DAYS + HOUR
_HOUR_BACK, _DAYS_BACK = np.arange(HOUR), DAY * np.arange(1, DAYS + 1)


class History:
    """A ring of LENGTH bins for each of `rows` series: 32 kB a series."""

    def __init__(self, rows: int) -> None:
        self._counts = np.zeros((rows, LENGTH), dtype=np.float32)
        self._since = np.full(rows, np.iinfo(np.int64).max)  # first bin of each row
        self._observed = np.zeros(LENGTH, dtype=bool)
        self._hour = np.zeros((rows, LENGTH), dtype=np.float32)  # events of the HOUR bins that end with each
        self._complete = np.zeros(LENGTH, dtype=bool)  # whether all of these were observed
        self.now = -1  # the last bin written

    @property
    def nbytes(self) -> int:
        return self._counts.nbytes + self._hour.nbytes + self._since.nbytes

    def grow(self, rows: int) -> None:
        """Make room for `rows` series in all."""
        more = rows - len(self._since)
        for name in ("_counts", "_hour"):
            setattr(self, name, np.concatenate([getattr(self, name), np.zeros((more, LENGTH), dtype=np.float32)]))
        self._since = np.concatenate([self._since, np.full(more, np.iinfo(np.int64).max)])

    def start(self, row: int, bin_: int) -> None:
        """Row `row` is another series from bin `bin_` on."""
        self._counts[row] = self._hour[row] = 0
        self._since[row] = bin_

    def push(self, bin_: int, counts: npt.NDArray[np.float64], *, observed: bool) -> None:
        """Write one bin; those left out since the last one were not observed."""
        skipped = min(bin_ - self.now - 1, LENGTH) if self.now >= 0 else 0
        for gap in range(bin_ - skipped, bin_):
            self._observed[gap % LENGTH] = self._complete[gap % LENGTH] = False
            self._counts[:, gap % LENGTH] = self._hour[:, gap % LENGTH] = 0
        self._counts[:, bin_ % LENGTH] = counts
        self._observed[bin_ % LENGTH] = observed
        last = (bin_ - _HOUR_BACK) % LENGTH
        self._hour[:, bin_ % LENGTH] = self._counts[:, last].sum(axis=1)
        self._complete[bin_ % LENGTH] = self._observed[last].all()
        self.now = bin_

    def add(self, row: int, bin_: int, events: int) -> None:
        """Late events of a bin that is still kept."""
        if self.now - LENGTH < bin_ <= self.now:
            self._counts[row, bin_ % LENGTH] += events
            self._hour[row, np.arange(bin_, min(bin_ + HOUR, self.now + 1)) % LENGTH] += events

    def of(self, row: int, first: int, last: int) -> list[tuple[int, int]]:
        """(bin, events) of the kept bins first … last of one row."""
        kept = np.arange(max(first, self.now - LENGTH + 1), min(last, self.now) + 1)
        return list(zip(kept.tolist(), self._counts[row, kept % LENGTH].astype(np.int64).tolist(), strict=True))

    @property
    def complete(self) -> bool:
        """Whether every bin of the last hour was observed."""
        return self.now >= 0 and bool(self._complete[self.now % LENGTH])

    def last_hour(self) -> npt.NDArray[np.float64]:
        """Events of each row in the last hour."""
        return self._hour[:, self.now % LENGTH].astype(np.float64)

    def hours(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """The last hour of each row, and the same clock time of each day before (rows × DAYS; NaN = not known)."""
        index = (self.now - _DAYS_BACK) % LENGTH
        known = self._complete[index] & (self.now - _DAYS_BACK - HOUR + 1 >= self._since[:, None])
        past = np.where(known, self._hour[:, index], np.nan).astype(np.float64)
        return self.last_hour(), past
