"""What is kept of every series: its number, its events of the windows, its first and newest bin."""

import numpy as np
import numpy.typing as npt

from veille.detect.surges.sparse.names import NameTable, idle
from veille.detect.surges.sparse.params import SparseParams
from veille.detect.surges.sparse.recent import EventArrays, RecentEvents
from veille.detect.surges.sparse.room import left_out

UNSEEN = np.iinfo(np.int32).max

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


class KnownSeries:
    """Arrays by the number of a series; they grow with `make_room` and are longer than there are numbers.

    cut: bins up to this belong to a closed surge, -1 where there was none. last: newest bin with an event, -1 where the number is
    free. first: oldest bin with an event, UNSEEN where there is none.
    """

    def __init__(self, params: SparseParams) -> None:
        self._params = params
        self.names: NameTable[str] = NameTable()
        self.recent = RecentEvents()
        self.cut = np.zeros(0, dtype=np.int64)
        self.left_out = 0  # events that so far had to leave the windows early, for want of room
        self._last = np.zeros(0, dtype=np.int32)
        self._first = np.zeros(0, dtype=np.int32)

    @property
    def nbytes(self) -> int:
        """Bytes of events, names and arrays."""
        return self.recent.nbytes + self.names.nbytes + self.cut.nbytes + 2 * self._last.nbytes

    @property
    def last(self) -> npt.NDArray[np.int32]:
        """Newest bin of every number given so far."""
        return self._last[: self.names.size]

    def make_room(self) -> None:
        """Arrays for every number that was given."""
        size = self.names.size
        if size > len(self.cut):
            more = max(size, 2 * len(self.cut)) - len(self.cut)
            self.cut = np.concatenate([self.cut, np.full(more, -1, dtype=np.int64)])
            self._last = np.concatenate([self._last, np.full(more, -1, dtype=np.int32)])
            self._first = np.concatenate([self._first, np.full(more, UNSEEN, dtype=np.int32)])

    def append(self, rows: EventArrays) -> None:
        """Keep events of series that have room."""
        self.recent.append(rows)
        np.maximum.at(self._last, rows.series, rows.bin)
        np.minimum.at(self._first, rows.series, rows.bin)

    def touched(self, new: EventArrays) -> tuple[Bools, EventArrays]:
        """Series with new rows, and all rows kept of them."""
        touched = np.zeros(len(self.cut), dtype=bool)
        touched[new.series] = True
        return touched, self.recent.of_series(touched)

    def rows_of(self, ids: Ints) -> EventArrays:
        """All rows kept of these series."""
        chosen = np.zeros(len(self.cut), dtype=bool)
        chosen[ids] = True
        return self.recent.of_series(chosen)

    def leave_out(self, oldest: int) -> EventArrays | None:
        """Keep within the memory that is set aside; the rows that had to leave, None where there is room.

        oldest: last bin that has passed out of every window.
        """
        rows = self.recent.rows
        leaving = left_out(rows, self._first[: self.names.size] <= oldest, self._params.max_rows)
        if leaving is None:
            return None
        # What has passed out of every window is forgotten at the hour in any case.
        self.left_out += int(np.count_nonzero(leaving & (rows.bin > oldest)))
        gone = rows.where(leaving)  # a copy: `rows` are views of what changes now
        self.recent.keep(~leaving)
        return gone

    def forget(self, now: int, counts: npt.NDArray[np.float64], busy: set[int]) -> Ints:
        """Let idle series go, so that memory follows those that are mentioned, not all that ever were; their numbers.

        counts: decayed counts. busy: series that stay.
        """
        gone = idle(self.last, counts, now, len(self.names), self._params)
        gone = gone[~np.isin(gone, list(busy))] if len(gone) else gone
        if len(gone):
            self.names.drop(gone.tolist())
            self._last[gone], self.cut[gone], self._first[gone] = -1, -1, UNSEEN
        return gone
