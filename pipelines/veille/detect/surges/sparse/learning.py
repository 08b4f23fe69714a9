"""What the past teaches: baseline, prior and calibration, fed once an hour with what has left the guard band."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from veille.detect.surges.sparse.baseline import Baseline
from veille.detect.surges.sparse.calibration import BAND_EDGES, TailCalibration, band_of
from veille.detect.surges.sparse.clumps import QUIET_RATE, Clumps
from veille.detect.surges.sparse.episodes import GAP, RARE_RATE, EpisodeSizes, quiet_episodes
from veille.detect.surges.sparse.level import FeedLevel
from veille.detect.surges.sparse.params import SparseParams
from veille.detect.surges.sparse.recent import EventArrays
from veille.detect.surges.sparse.windows import cells, pairs

Ints = npt.NDArray[np.int64]
BLOCK = 12  # bins learned at once


class PendingScores(NamedTuple):
    """Gated p-values of one bin, waiting to be learned."""

    bin: int
    series: Ints
    window: Ints
    band: Ints
    p: npt.NDArray[np.float64]


class Learning:
    """Feeds `Baseline` and `TailCalibration`. Bins of a series that were part of a surge are never learned."""

    def __init__(self, params: SparseParams, start: int) -> None:
        self.params = params
        self.baseline = Baseline(params.half_life, params.dispersion, params.burst_cap)
        self.calibration = TailCalibration(len(params.windows), params.half_life)
        self.clumps = Clumps(params.half_life)
        self.episodes = EpisodeSizes(params.half_life)
        self.level = FeedLevel(params.windows, params.half_life)
        self._held: list[PendingScores] = []
        self.start = start
        self.upto = start  # bins before this are learned
        self.unobserved: set[int] = set()  # bins in which the feed was dead
        self._flagged: dict[int, list[tuple[int, int]]] = {}
        self._clumped: dict[int, list[tuple[int, int]]] = {}
        self._left: dict[tuple[int, int], float] = {}  # (first bin of a block, series) → events that left early

    def flag(self, series: int, first: int, end: int, *, one_bin: bool) -> None:
        """Bins [first, end) of `series` belong to a surge; one of a single bin may have been a mere clump."""
        self._flagged.setdefault(series, []).append((first, end))
        if one_bin:
            self._clumped.setdefault(series, []).append((first, end))

    def hold(self, held: PendingScores) -> None:
        """Keep model p-values until they are a guard band old: then those of surges are left out, the rest recorded."""
        self._held.append(held)

    def hourly(self, now: int, rows: EventArrays, series: int, unused: int, open_since: dict[int, int]) -> None:
        """Learn up to the guard band before bin `now`; refit prior and calibration.

        rows  all that is kept; series  numbers given so far, `unused` of them to nobody at present
        open_since  first bin of each surge that is still open
        """
        p = self.params
        target = now - min(p.guard, (now - self.start) // 2)
        target -= (target - self.start) % BLOCK
        while self.upto < target:
            self._learn_block(self.upto, self.upto + BLOCK, rows, open_since)
            self.upto += BLOCK
        recent = rows.where(rows.bin >= self.upto)
        counts = self._counts(recent, series)
        for (_, one), left in self._left.items():
            counts[one] += left
        self.baseline.fit_prior(now, counts, float(now - self.upto))
        rate = self.baseline.predict(np.arange(series), now).rate
        bands = np.bincount(band_of(rate * 86_400 / p.bin_seconds), minlength=len(BAND_EDGES) + 1)
        bands[bands.argmax()] -= unused  # those have no past, as most series
        self.calibration.passed(np.maximum(bands, 0).astype(float), BLOCK)
        self._forget(now)

    def leave(self, rows: EventArrays) -> None:
        """Rows that leave early and whose bins are not learned yet: how many they are is learned all the same."""
        block = (rows.bin - self.start) // BLOCK
        for number in np.unique(block).tolist():
            counts = self._counts(rows.where(block == number), 0)
            for series in np.flatnonzero(counts).tolist():
                key = self.start + number * BLOCK, series
                self._left[key] = self._left.get(key, 0.0) + float(counts[series])

    def late(self, rows: EventArrays) -> None:
        """Rows of bins that are learned already: their counts are added where no surge is flagged."""
        if len(rows.bin):
            keep = rows.where(~self._in_flagged(rows, self._flagged))
            series, counts = np.unique(keep.series.astype(np.int64), return_counts=True)
            self.baseline.learn(self.upto, 0, series, counts.astype(float), {})

    def drop(self, series: Ints) -> None:
        """Forget what was learned of these series."""
        self._left = {key: left for key, left in self._left.items() if key[1] not in set(series.tolist())}
        self.baseline.counts[series] = 0.0
        self.baseline.excluded[series] = 0.0

    @property
    def flagged(self) -> set[int]:
        """Series with a surge that may still be left out of what is learned."""
        return set(self._flagged)

    def _learn_block(self, first: int, end: int, rows: EventArrays, open_since: dict[int, int]) -> None:
        flagged = {s: list(v) for s, v in self._flagged.items()}
        for series, since in open_since.items():
            flagged.setdefault(series, []).append((since, end))
        dead = sum(1 for b in range(first, end) if b in self.unobserved)
        block = rows.where((rows.bin >= first) & (rows.bin < end))
        self._learn_clumps(block, open_since)
        self._learn_episodes(first, end, rows)
        self.level.learn(end, BLOCK)
        self._record_held(end, flagged)
        block = block.where(~self._in_flagged(block, flagged))
        counts = self._counts(block, len(self.baseline.counts))
        for key in [key for key in self._left if key[0] < end]:
            left, series = self._left.pop(key), key[1]
            if not any(a < end and first < z for a, z in flagged.get(series, ())):
                counts[series] += left
        seen: Ints = np.flatnonzero(counts).astype(np.int64)
        overlap = {s: sum(max(0, min(z, end) - max(a, first)) for a, z in spans) for s, spans in flagged.items()}
        excluded = {s: min(n, end - first) for s, n in overlap.items() if n > 0}
        self.baseline.learn(end, end - first - dead, seen, counts[seen], excluded)

    def _learn_clumps(self, block: EventArrays, open_since: dict[int, int]) -> None:
        surges = {s: [x for x in v if x not in self._clumped.get(s, [])] for s, v in self._flagged.items()}
        surges.update({s: [(since, since + 10**6)] for s, since in open_since.items()})
        block = block.where(~self._in_flagged(block, surges))
        if len(block.bin) == 0:
            return
        series = block.series.astype(np.int64)
        block = block.where(self.baseline.predict(series, self.upto).rate < QUIET_RATE)
        person = pairs(block.series.astype(np.int64), block.account)
        cell = cells(block.series.astype(np.int64), block.bin, person.of_row)
        self.clumps.learn(cell.accounts.astype(float), BLOCK)

    def _learn_episodes(self, first: int, end: int, rows: EventArrays) -> None:
        near = rows.where((rows.bin >= first - self.params.windows[-1]) & (rows.bin < end + GAP))
        series = near.series.astype(np.int64)
        near = near.where(self.baseline.predict(series, self.upto).rate < RARE_RATE)
        person = pairs(near.series.astype(np.int64), near.account).of_row
        self.episodes.learn(quiet_episodes(near, person, first, end).accounts, BLOCK)

    def _record_held(self, end: int, flagged: dict[int, list[tuple[int, int]]]) -> None:
        ready = [h for h in self._held if h.bin < end]
        self._held = [h for h in self._held if h.bin >= end]
        for h in ready:
            calm = np.array(
                [not any(a <= h.bin < b for a, b in flagged.get(s, ())) for s in h.series.tolist()], dtype=bool
            )
            self.calibration.record(h.window[calm], h.band[calm], h.p[calm])

    def _counts(self, rows: EventArrays, series: int) -> npt.NDArray[np.float64]:
        """Events a series, an account counted at most `account_cap` times: insistence is not popularity."""
        pair = pairs(rows.series.astype(np.int64), rows.account)
        of_pair = np.minimum(np.bincount(pair.of_row, minlength=len(pair.series)), self.params.account_cap)
        return np.bincount(pair.series, weights=of_pair, minlength=series).astype(np.float64)

    @staticmethod
    def _in_flagged(rows: EventArrays, flagged: dict[int, list[tuple[int, int]]]) -> npt.NDArray[np.bool_]:
        out = np.zeros(len(rows.bin), dtype=bool)
        if not flagged or len(rows.bin) == 0:
            return out
        for i in np.flatnonzero(np.isin(rows.series, np.fromiter(flagged, dtype=np.int64))):
            out[i] = any(a <= rows.bin[i] < b for a, b in flagged[int(rows.series[i])])
        return out

    def _forget(self, now: int) -> None:
        oldest = min(self.upto, now - 2 * self.params.guard)
        for intervals in (self._flagged, self._clumped):
            kept = {s: [x for x in v if x[1] > oldest] for s, v in intervals.items()}
            intervals.clear()
            intervals.update({s: v for s, v in kept.items() if v})
        self.unobserved = {b for b in self.unobserved if b >= oldest}
