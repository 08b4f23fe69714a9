"""One stream of events through all detectors of surges, bin by bin. Pure: the same bins give the same findings.

After SETTLED bins without any event the past is let go: what is still open is closed, and the next event begins anew, as
after a restart. From then on bins without events change nothing and may be left out, so that a silence costs the same however
long it is.

>>> nobody = pl.DataFrame(schema={"target_id": pl.String, "account_id": pl.String, "occurred_at": pl.Datetime("us", "UTC")})
>>> stream, series, opened = SurgeStream(), ("language", "en"), []
>>> for bin_ in range(600):                       # ten requests a bin, a hundred in bins 500 to 505
...     count = 100 if 500 <= bin_ < 506 else 9 + bin_ % 3
...     found = stream.step(bin_, Piece(nobody, {(bin_, series): count}, [Arrived("one", count, 1.0)]))
...     opened += [s for s in found.surges if s.surge_id in found.opened]
>>> [(surge.series_key, surge.opened_at // 300_000_000) for surge in opened]
[('en', 500)]
"""

from dataclasses import dataclass, field

import polars as pl

from veille.detect.surges.looks import StepResult
from veille.detect.surges.records import InsistentAccount, Surge
from veille.detect.surges.sparse.detector import SparseDetector
from veille.detect.surges.stream.counted import CountedSeries, Counts
from veille.detect.surges.stream.history import LENGTH
from veille.detect.surges.stream.params import StreamParams
from veille.detect.surges.stream.sources import Arrived, Sources

SETTLED = LENGTH
"""Bins without an event after which the past is let go: all that the history of a series holds is silence then."""


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
class StreamFindings:
    """Findings of one step: new, amended and closed ones, each in its present version; and drops."""

    surges: list[Surge] = field(default_factory=list)
    opened: set[str] = field(default_factory=set)  # ids among `surges`
    insistent: list[InsistentAccount] = field(default_factory=list)
    drops: list[Surge] = field(default_factory=list)


class SurgeStream:
    """Give every bin in order with `step`; `look` sees the bin under way without deciding anything."""

    def __init__(self, params: StreamParams | None = None) -> None:
        self.params = params or StreamParams()
        self._begin()

    def _begin(self) -> None:
        self.sparse = SparseDetector(self.params.sparse)
        self.counted = CountedSeries(self.params)
        self.sources = Sources(self.params)
        self._newest: int | None = None  # bin of the newest event
        self._seen: list[pl.DataFrame] = []  # mentions of looks before the first bin was decided

    @property
    def nbytes(self) -> int:
        """Bytes of state."""
        return self.sparse.nbytes + self.counted.nbytes + self.sources.history.nbytes

    @property
    def resting(self) -> bool:
        """Whether bins without events change nothing and may be left out: before the first event and after a long silence."""
        return self._newest is None

    def step(self, bin_: int, piece: Piece) -> StreamFindings:
        """Decide bin `bin_` (5-minute bins since 1970). Raises ValueError where a later one was decided already."""
        if piece.arrived or piece.counts:
            self._newest = bin_
        if self._newest is None:
            return StreamFindings()
        asked = pl.concat([*self._seen, piece.asked]) if self._seen else piece.asked
        self._seen = []
        observed = self.sources.step(bin_, piece.arrived)
        out = self.sparse.step(bin_, asked, observed=observed)
        dense = StepResult()
        self.counted.step(bin_, piece.counts, dense, observed=observed)
        drops = self.sources.found()
        drops += self.counted.fallen(self.sources.cause)
        found = _joined(out, dense, drops)
        if bin_ - self._newest >= SETTLED:
            self._let_go(bin_, found)
        return found

    def _let_go(self, bin_: int, found: StreamFindings) -> None:
        """Close what is open (a series whose feed is dead is not judged any more), and begin anew with the next event."""
        found.surges += [*self.sparse.finish(), *self.counted.finish()]
        found.insistent += self.sparse.finish_insistent()
        found.drops += [*self.sources.drops.finish(bin_), *self.counted.drops.finish(bin_)]
        self._begin()

    def look(self, bin_: int, piece: Piece) -> StreamFindings:
        """An early look at the bin under way, and at later ones up to `bin_` for targets.

        piece.asked: mentions since the last look or step. piece.counts: all counts of the bin under way so far.
        """
        if self._newest is None:
            self._seen.append(piece.asked)
            return StreamFindings()
        out = self.sparse.step(bin_, piece.asked, final=False)
        dense = StepResult()
        under_way = min((b for b, _ in piece.counts), default=bin_)
        self.counted.look(under_way, piece.counts, dense)
        return _joined(out, dense, [])


def _joined(out: StepResult, dense: StepResult, drops: list[Surge]) -> StreamFindings:
    both = [*out.updated, *dense.updated, *out.opened, *dense.opened, *out.closed, *dense.closed]
    return StreamFindings(both, {s.surge_id for s in (*out.opened, *dense.opened)}, out.insistent, drops)
