"""Bursts and storms of the same series as one: a surge is open while either has one open, and one opening stands for both."""

from typing import NamedTuple

import numpy as np

from veille.detect.surges.dense import DenseBank
from veille.detect.surges.dense_params import Bools, DenseParams, DenseStep, Floats
from veille.detect.surges.storms import StormBank, StormParams, StormStep


class SeriesStep(NamedTuple):
    """One bin of every series: what both detectors said, and what follows for its surge."""

    dense: DenseStep
    storm: StormStep
    opens: Bools
    closes: Bools
    is_open: Bools  # after this bin
    grows: Bools  # a surge that a burst opened has become a storm

    @property
    def relearned(self) -> Bools:
        """Surges that close because what they hold is the new level."""
        out: Bools = self.closes & np.where(self.storm.closes, self.storm.relearned, self.dense.relearned)
        return out

    @property
    def by_storm(self) -> Bools:
        """Surges that a storm opens, where no burst does in the same bin."""
        out: Bools = self.opens & self.storm.opens
        return out


class SeriesBank:
    """Both detectors over `series` count series. Memory: about 215 kB a series at the default lengths."""

    def __init__(self, series: int, dense: DenseParams | None = None, storms: StormParams | None = None) -> None:
        self.dense = DenseBank(series, dense)
        self.storms = StormBank(series, storms)
        self._open = np.zeros(series, dtype=bool)

    def __len__(self) -> int:
        return len(self._open)

    @property
    def nbytes(self) -> int:
        """Bytes of state."""
        return self.dense.nbytes + self.storms.nbytes + self._open.nbytes

    def grow(self, series: int) -> None:
        """Add `series` new series at the end; they start today, with no past."""
        self.dense.grow(series)
        self.storms.grow(series)
        self._open = np.concatenate([self._open, np.zeros(series, dtype=bool)])

    def reset(self, i: int) -> None:
        """Series `i` becomes another one that starts today."""
        self.dense.reset(i)
        self.storms.reset(i)
        self._open[i] = False

    def update(self, counts: Floats, *, p_values: bool = True) -> SeriesStep:
        """Take one new bin (one count a series, NaN = not observed). p_values: as `DenseBank.update`. Raises ValueError for a
        count below 0."""
        dense = self.dense.update(counts, self.storms.is_open, p_values=p_values)
        storm = self.storms.update(np.asarray(counts, dtype=float))
        self.dense.note_openings(storm.opens & ~dense.is_open)
        before, self._open = self._open, dense.is_open | storm.is_open
        begins = dense.opens | storm.opens
        return SeriesStep(dense, storm, ~before & begins, before & ~self._open, self._open.copy(), before & storm.opens)

    def peek(self, counts: Floats) -> DenseStep:
        """What a bin that is not over opens already: bursts only, and none in a surge that is open."""
        said = self.dense.peek(counts)
        return said._replace(opens=said.opens & ~self._open)

    def restate(self, i: int, ago: int, extra: float) -> DenseStep:
        """Add late events to the bin `ago` observed bins back of series `i`; it may open a burst there, as
        `DenseBank.restate`. Raises ValueError where the bin is not among those kept."""
        said = self.dense.restate(i, ago, extra, held=bool(self._open[i]))
        self.storms.restate(i, ago, extra)
        self._open[i] |= said.opens[0]
        return said
