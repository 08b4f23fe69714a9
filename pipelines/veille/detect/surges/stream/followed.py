"""A surge of a series with volume, from its opening to its close: counts, interval and peak."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from veille.detect.surges.bands import Band
from veille.detect.surges.records import MICROSECONDS, Surge, surge_id
from veille.detect.surges.stream.params import BIN_US
from veille.detect.surges.stream.volumes import Series


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What the bank said of one series in the bin that opened."""

    score: float
    p_value: float
    q_value: float
    expected: float  # of one bin
    band: Band
    span: int
    storm: bool
    level: float | None


@dataclass(kw_only=True)
class Followed:
    """Mutable tally behind a `Surge`: counts and expectations by bin since its beginning."""

    surge: Surge
    last_active: int
    band: Band
    rate: float  # expected of a bin when it opened or became a storm
    per_bin: dict[int, int] = field(default_factory=dict)
    usual: dict[int, float] = field(default_factory=dict)
    _until: int = -1  # last bin of the running totals
    _totals: tuple[int, float, int] = (0, 0.0, 0)  # observed, expected, bins
    _peak: tuple[int, int] = (0, 0)  # events of the fullest bin, and minus that bin: ties go to the earliest

    def take(self, bin_: int, events: int, expected: float) -> None:
        """Count one bin."""
        self.per_bin[bin_], self.usual[bin_] = events, expected

    def add(self, bin_: int, events: int) -> None:
        """Late events of a bin that was counted."""
        self.per_bin[bin_] = self.per_bin.get(bin_, 0) + events
        self._restart()

    def grow(self, bin_: int, said: Judgement, counts: Iterable[tuple[int, int]]) -> None:
        """The burst has become a storm by bin `bin_`: from now on it is told against usual days.

        counts: (bin, events) of the storm's window. The surge keeps its opening and its error rates.
        """
        self.per_bin |= dict(counts)
        first = min(self.surge.since // BIN_US, bin_ - said.span + 1)
        self.usual = dict.fromkeys(range(first, bin_ + 1), said.expected)
        self.band, self.rate, self.last_active = said.band, said.expected, bin_
        self.surge = replace(self.surge, since=first * BIN_US, storm=True)
        self._restart()

    def above(self, until: int) -> bool:
        """Whether more was counted up to the end of bin `until` than the band of that time holds."""
        surge = self.version(until)
        return surge.observed > surge.high

    def _restart(self) -> None:
        self._until, self._totals, self._peak = -1, (0, 0.0, 0), (0, 0)

    def _count(self, until: int) -> None:
        if until < self._until:
            self._restart()
        observed, expected, bins = self._totals
        for b in range(max(self.surge.since // BIN_US, self._until + 1), until + 1):
            if b in self.usual:
                events = self.per_bin.get(b, 0)
                observed, expected, bins = observed + events, expected + self.usual[b], bins + 1
                self._peak = max(self._peak, (events, -b))
        self._until, self._totals = until, (observed, expected, bins)

    def version(self, until: int) -> Surge:
        """The surge as known at the end of bin `until`; what was decided at its opening stays."""
        self._count(until)
        observed, expected, bins = self._totals
        low, high = self.band.ends(bins, expected)
        self.surge = replace(
            self.surge,
            observed=observed,
            expected=expected,
            low=low,
            high=high,
            peak_at=-self._peak[1] * BIN_US if self._peak[0] else self.surge.since,
            version=self.surge.version + 1,
        )
        return self.surge

    def close(self, reason: str) -> Surge:
        """The last version, closed at the end of the last bin above the closing level."""
        self.version(self.last_active)
        self.surge = replace(self.surge, closed_at=(self.last_active + 1) * BIN_US, reason=reason)
        return self.surge


def begin(series: Series, bin_: int, decided: int, said: Judgement, counts: Iterable[tuple[int, int]]) -> Followed:
    """A surge that opens in bin `bin_`, decided at the close of bin `decided`. counts: (bin, events) of the span."""
    first = bin_ - said.span + 1
    surge = Surge(
        surge_id=surge_id(series[0], series[1], bin_),
        series_kind=series[0],
        series_key=series[1],
        opened_at=bin_ * BIN_US,
        decided_at=(decided + 1) * BIN_US,
        since=first * BIN_US,
        peak_at=bin_ * BIN_US,
        closed_at=None,
        observed=0,
        expected=0.0,
        low=0.0,
        high=0.0,
        accounts=0,
        score=said.score,
        p_value=said.p_value,
        q_value=said.q_value,
        window_seconds=said.span * BIN_US // MICROSECONDS,
        version=0,
        storm=said.storm,
        level=said.level,
    )
    usual = dict.fromkeys(range(first, bin_ + 1), said.expected)
    return Followed(
        surge=surge, last_active=bin_, band=said.band, rate=said.expected, per_bin=dict(counts), usual=usual
    )
