"""One stream of events through all detectors of surges, bin by bin. Pure: the same bins give the same findings."""

from dataclasses import dataclass, field

import polars as pl

from veille.detect.surges.records import InsistentAccount, Surge
from veille.detect.surges.sparse.detector import SparseDetector, StepResult
from veille.detect.surges.stream.counted import CountedSeries, Counts
from veille.detect.surges.stream.params import StreamParams
from veille.detect.surges.stream.sources import Arrived, Sources


@dataclass
class Piece:
    """What came since the step before, up to the end of one bin.

    asked   mentions of targets: target_id, account_id, occurred_at (naive UTC or zoned); late ones included
    counts  events by (bin, series); earlier bins are restated by it
    arrived what each collection brought in this bin, of all types
    """

    asked: pl.DataFrame
    counts: Counts = field(default_factory=dict)
    arrived: list[Arrived] = field(default_factory=list)


@dataclass
class Found:
    """Findings of one step: new, amended and closed ones, each in its present version; and drops."""

    surges: list[Surge] = field(default_factory=list)
    opened: set[str] = field(default_factory=set)  # ids among `surges`
    insistent: list[InsistentAccount] = field(default_factory=list)
    drops: list[Surge] = field(default_factory=list)


class SurgeStream:
    """Give every bin in order with `step`; `look` sees the bin under way without deciding anything."""

    def __init__(self, params: StreamParams | None = None) -> None:
        self.params = params or StreamParams()
        self.sparse = SparseDetector(self.params.sparse)
        self.counted = CountedSeries(self.params)
        self.sources = Sources(self.params)
        self._begun = False

    @property
    def nbytes(self) -> int:
        """Bytes of state."""
        return self.sparse.nbytes + self.counted.nbytes + self.sources.history.nbytes

    def step(self, bin_: int, piece: Piece) -> Found:
        """Decide bin `bin_` (5-minute bins since 1970). Raises ValueError where a later one was decided already."""
        if not self._begun:
            if not (piece.arrived or piece.counts):
                return Found()
            self._begun = True
        observed = self.sources.step(bin_, piece.arrived)
        out = self.sparse.step(bin_, piece.asked, observed=observed)
        dense = StepResult()
        self.counted.step(bin_, piece.counts, dense, observed=observed)
        drops = self.sources.found()
        drops += self.counted.fallen(self.sources.cause)
        return _joined(out, dense, drops)

    def look(self, bin_: int, piece: Piece) -> Found:
        """An early look at the bin under way, and at later ones up to `bin_` for targets.

        piece.asked: mentions since the last look or step. piece.counts: all counts of the bin under way so far.
        """
        if not self._begun:
            return Found()
        out = self.sparse.step(bin_, piece.asked, final=False)
        dense = StepResult()
        under_way = min((b for b, _ in piece.counts), default=bin_)
        self.counted.look(under_way, piece.counts, dense)
        return _joined(out, dense, [])


def _joined(out: StepResult, dense: StepResult, drops: list[Surge]) -> Found:
    both = [*out.updated, *dense.updated, *out.opened, *dense.opened, *out.closed, *dense.closed]
    return Found(both, {s.surge_id for s in (*out.opened, *dense.opened)}, out.insistent, drops)
