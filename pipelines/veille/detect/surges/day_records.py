"""The largest sum of each span on each past day of a series: what a burst must exceed where enough of the past is known.

A rank among the last fourteen days says that a burst is rare in these days. A series that bursts every week has such bursts for
ever. So a burst must also reach, at one span at least, `near_factor` of the largest of the last `near_days`; once twice as many days are
known, `far_factor` of the largest of the last `far_days`, at a span of an hour or more. The present day and the one before it are left out.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
GUARD = 1  # days before the present one that are left out


@dataclass(frozen=True, kw_only=True)
class RecordParams:
    """Days, except `day` (bins). after_days: what must be known before anything is asked. long_span: bins, an hour."""

    day: int = 288
    after_days: int = 7
    near_days: int = 28
    near_factor: float = 0.8
    far_after_days: int = 56
    far_days: int = 90
    far_factor: float = 1.25
    long_span: int = 12


class DayRecords:
    """State of `series` series: far_days + 2 numbers for each span."""

    def __init__(self, series: int, spans: tuple[int, ...], params: RecordParams) -> None:
        self.params = params
        self._spans = np.array(spans)
        self._long = self._spans >= min(params.long_span, spans[-1])
        self._ring = params.far_days + GUARD + 1
        self._most = np.zeros((series, self._ring, len(spans)), dtype=np.float32)

    @property
    def nbytes(self) -> int:
        """Bytes of state."""
        return self._most.nbytes

    def grow(self, series: int) -> None:
        """Add series that start today."""
        more = np.zeros((series, *self._most.shape[1:]), dtype=np.float32)
        self._most = np.concatenate([self._most, more])

    def reset(self, i: int) -> None:
        """Series `i` becomes another one."""
        self._most[i] = 0

    def learn(self, rows: Ints, at: Ints, sums: Floats) -> None:
        """sums: rows × spans, the sum of each span that ends with bin `at` of each row."""
        place = (at // self.params.day) % self._ring
        first = at % self.params.day == 0
        self._most[rows[first], place[first]] = 0
        self._most[rows, place] = np.maximum(self._most[rows, place], sums)

    def beaten(self, rows: Ints, at: Ints, sums: Floats) -> Bools:
        """Whether the sums that end with bin `at` are larger than those of the past, or too little of it is known."""
        p = self.params
        out = np.ones(len(rows), dtype=bool)
        days = at // p.day
        for i in np.flatnonzero(days >= p.after_days).tolist():
            far = days[i] >= p.far_after_days
            known = self._past(int(rows[i]), int(days[i]), p.far_days if far else p.near_days)
            bar = known.max(axis=0) * (p.far_factor if far else p.near_factor)
            above = sums[i] > bar
            out[i] = bool(above[self._long].any() if far else above.any())
        return out

    def _past(self, row: int, day: int, days: int) -> npt.NDArray[np.float32]:
        last = day - GUARD
        past: npt.NDArray[np.float32] = self._most[row, np.arange(max(0, last - days), last) % self._ring]
        return past
