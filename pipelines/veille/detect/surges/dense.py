"""Surges of series with volume: streaming, causal, multi-scale, calibrated on each series' own past.

For every span k (minutes to hours) and baseline length L (a day to a week) the excess of the last k bins over the L
before them, in square-root-of-mean units, is ranked among the series' own past excesses; the score is the mean of
-log10 of those ranks. So 2 means "about one bin in a hundred is like this, at every scale" on any series. The ranks
make the score free of a distribution: real mention counts are far from Poisson (see docs/detection/surges.md).

When it fails: a surge that grows over days is learned as it comes; a series shorter than `grace_bins` says nothing;
a daily cycle sharper than the past it has seen raises the score each morning of the first days.

>>> import numpy as np
>>> counts = np.tile([20.0, 22.0, 18.0, 21.0], 60)   # one series, 240 bins
>>> counts[200:203] = 200.0
>>> bank = DenseBank(1, DenseParams(spans=(1, 3), baselines=(24, 96), history=200, grace=24, open_at=2.0))
>>> [i for i, step in enumerate(bank.run(counts[:, None])) if step.opens[0]]
[200]
"""

import numpy as np
import numpy.typing as npt

from veille.detect.surges.day_records import DayRecords
from veille.detect.surges.dense_params import Bools, DenseParams, DenseStep, Floats, Ints, JudgedBin
from veille.detect.surges.tail import tail_p_values

BAND_EVERY = 48  # bins between two fits of the interval
RANK_CHUNK = 32  # series ranked at once: the temporary arrays stay within the processor's cache


class DenseBank:
    """State of `series` count series. Memory: about 185 kB a series at the default lengths, never more.

    Each series has its own clock: an unobserved bin (NaN) does not advance it and is not learned, so a dead feed is
    not read as zeros; silence must be given as 0. Results do not depend on how bins are batched (`run` calls
    `update`), nor on later bins.
    """

    def __init__(self, series: int, params: DenseParams | None = None) -> None:
        self.params = p = params or DenseParams()
        self._k = np.array([k for k in p.spans for _ in p.baselines])
        self._base = np.array([b for _ in p.spans for b in p.baselines])
        self._ring = int(p.baselines[-1] + p.spans[-1] + p.relearn + 2)
        self._rows = np.arange(series)
        self._n = np.zeros(series, dtype=np.int64)  # bins observed
        self._seen = np.zeros((series, self._ring))  # cumulated counts before bin i, at i mod ring
        self._learned = np.zeros((series, self._ring))  # the same with flagged bins replaced by what was expected
        self._past = np.full((series, len(self._k), p.history), -np.inf, dtype=np.float32)
        self._scores = np.full((series, p.history), -np.inf, dtype=np.float32)
        self._m = np.zeros(series, dtype=np.int64)  # bins learned
        self._flagged = np.zeros(series, dtype=bool)  # unusual by rank: not learned as the level
        self._flagged_at = np.full(series, -p.mute, dtype=np.int64)
        self._open = np.zeros(series, dtype=bool)  # a surge: larger than what the days before had, too
        self._opened = np.full(series, -p.mute, dtype=np.int64)
        self._calm = np.zeros(series, dtype=np.int64)
        self._band = np.zeros((series, len(self._k), 2))  # quantiles of each excess
        self._records = DayRecords(series, p.spans, p.records)

    def __len__(self) -> int:
        return len(self._n)

    @property
    def nbytes(self) -> int:
        """Bytes of state."""
        return self._records.nbytes + sum(v.nbytes for v in vars(self).values() if isinstance(v, np.ndarray))

    def grow(self, series: int) -> None:
        """Add `series` new series at the end; they start today, with no past."""
        fresh = DenseBank(series, self.params)
        for name, value in vars(self).items():
            if isinstance(value, np.ndarray) and name not in {"_k", "_base"}:
                setattr(self, name, np.concatenate([value, getattr(fresh, name)]))
        self._rows = np.arange(len(self._n))
        self._records.grow(series)

    def reset(self, i: int) -> None:
        """Series `i` becomes another one that starts today."""
        fresh = DenseBank(1, self.params)
        for name, value in vars(self).items():
            if isinstance(value, np.ndarray) and name not in {"_k", "_base", "_rows"}:
                value[i] = getattr(fresh, name)[0]
        self._records.reset(i)

    def run(self, counts: Floats) -> list[DenseStep]:
        """Step through bins × series; the same as calling `update` on each row."""
        return [self.update(row) for row in counts]

    def update(self, counts: Floats, held: Bools | None = None, *, p_values: bool = True) -> DenseStep:
        """Score one new bin (one count a series, NaN = not observed), then learn it unless it is flagged.

        held: series that must not open, because another rule has a surge of them open. p_values: False leaves them (1) and the
        bands out where nothing may open: they cost as much as the score.
        """
        counts = np.asarray(counts, dtype=float)
        if counts.shape != self._n.shape:
            raise ValueError(f"expected {len(self._n)} counts, got shape {counts.shape}")
        if np.any(counts < 0):
            raise ValueError("counts must not be negative")
        held = np.zeros(len(self), dtype=bool) if held is None else held
        seen = ~np.isnan(counts)
        self._push(counts, seen)
        bin_ = self._judge(self._rows, self._n, counts, p_values=p_values)
        self._calm = np.where(seen, np.where(bin_.score < self.params.close_below, self._calm + 1, 0), self._calm)
        _, _, stale = self._turn(self._flagged, self._flagged_at, bin_.unusual, seen)
        opens, closes, relearned = self._turn(self._open, self._opened, bin_.may_open & ~held, seen)
        self._learn(counts, bin_, seen)
        for i in np.flatnonzero(stale):
            self._relearn(int(i))
        self._n[seen] += 1
        return bin_.step(seen, opens, closes, self._open.copy(), relearned)

    def note_openings(self, which: Bools) -> None:
        """The last bin opened a surge of these series by another rule: nothing new opens for a while."""
        self._opened[which] = self._n[which] - 1

    def peek(self, counts: Floats) -> DenseStep:
        """What `update` would say of a bin that is not over, with the counts so far. Nothing is learned or opened."""
        seen = ~np.isnan(counts)
        self._push(counts, seen)  # the next update writes the same place
        return self._opening(self._rows, self._n, np.where(seen, counts, 0.0), seen)

    def restate(self, i: int, ago: int, extra: float, *, held: bool = False) -> DenseStep:
        """Add late events to the bin `ago` observed bins back (1 = the last one) of series `i`, and judge that bin again.

        It may open at its own place; what was said of it and of later bins is not taken back. Raises ValueError where
        the bin is not among those kept. held: it must not open, as in `update`.
        """
        if not 1 <= ago <= min(int(self._n[i]), self.params.relearn):
            raise ValueError(f"no bin {ago} back is kept")
        index = np.arange(self._n[i] - ago + 1, self._n[i] + 1) % self._ring
        self._seen[i, index] += extra
        if not self._flagged[i]:
            self._learned[i, index] += extra
        at = self._n[i : i + 1] - ago
        count = self._seen[i, (at + 1) % self._ring] - self._seen[i, at % self._ring]
        step = self._opening(np.array([i]), at, count, np.array([True]))
        if held:
            step = step._replace(opens=np.array([False]))
        if step.opens[0]:
            self._open[i], self._opened[i], self._calm[i] = True, at[0], 0
            self._flagged[i], self._flagged_at[i] = True, at[0]
        return step

    def _opening(self, rows: Ints, at: Ints, counts: Floats, seen: Bools) -> DenseStep:
        """Say of the bin `at` of each of `rows` what an update would have said, were it to open now."""
        bin_, none = self._judge(rows, at, counts), np.zeros(len(rows), dtype=bool)
        opens = seen & ~self._open[rows] & bin_.may_open
        return bin_.step(np.ones(len(rows), dtype=bool), opens, none, self._open[rows], none)

    def _judge(self, rows: Ints, at: Ints, counts: Floats, *, p_values: bool = True) -> JudgedBin:
        """Score the bin `at` of each of `rows` against the past."""
        p = self.params
        recent, excess, base = self._excesses(rows, at + 1)
        expected = base[:, 0].mean(axis=1)
        score = self._rank(rows, excess)
        sums = recent * np.minimum(p.spans, at[:, None] + 1)
        high = (score >= p.open_at) & (sums.max(axis=1) >= p.min_events) & (counts > 0)
        high &= (recent > expected[:, None]).any(axis=1)  # never on 0 > 0
        if not p_values and not high.any():
            plain, none = np.zeros((*recent.shape, 2)), np.zeros(len(rows), dtype=bool)
            ones = np.ones(len(rows), dtype=np.int64)
            return JudgedBin(
                sums=sums,
                excess=excess,
                expected=expected,
                score=score,
                p_value=np.ones(len(rows)),
                ends=plain,
                span=ones,
                unusual=none,
                may_open=none,
            )
        ends = self._ends(rows, base, expected)
        above = recent > expected[:, None] + ends[:, :, 1] * np.sqrt(expected + 1)[:, None]
        further = np.where(above, (recent - expected[:, None]) * np.sqrt(p.spans), -np.inf)
        span = np.array(p.spans)[np.argmax(further, axis=1)]
        unusual = high & self._rested(at, self._flagged_at[rows], score)
        may = high & self._rested(at, self._opened[rows], score) & above.any(axis=1)
        which = np.flatnonzero(may)
        may[which] = self._records.beaten(rows[which], at[which], sums[which])
        return JudgedBin(
            sums=sums,
            excess=excess,
            expected=expected,
            score=score,
            p_value=self._p_values(rows, score),
            ends=ends,
            span=span,
            unusual=unusual,
            may_open=may,
        )

    def _rested(self, at: Ints, before: Ints, score: Floats) -> Bools:
        """Whether the opening before lies far enough back."""
        out: Bools = (at - before >= self.params.mute) | (score >= self.params.reopen_at)
        return out

    def _ends(self, rows: Ints, base: Floats, expected: Floats) -> Floats:
        """Ends of the band of each span's mean (series × spans × 2), less expected, over sqrt(expected + 1)."""
        band = self._band[rows].reshape(len(rows), len(self.params.spans), -1, 2)
        bounds = base[..., None] + band * np.sqrt(base + 1)[..., None]
        low, high = bounds[..., 0].min(axis=2), bounds[..., 1].max(axis=2)
        low = np.clip(low, 0, expected[:, None])
        high = np.maximum(high, expected[:, None])
        out: Floats = (np.stack([low, high], axis=-1) - expected[:, None, None]) / np.sqrt(expected + 1)[:, None, None]
        return out

    def _push(self, counts: Floats, seen: Bools) -> None:
        at, after = self._n % self._ring, (self._n + 1) % self._ring
        rows = self._rows[seen]
        self._seen[rows, after[seen]] = self._seen[rows, at[seen]] + counts[seen]

    def _excesses(self, series: Ints, end: Ints) -> tuple[Floats, npt.NDArray[np.float32], Floats]:
        """Mean of each span before bin `end` (series × spans), excess for each span and baseline, and mean of the baselines
        (series × spans × baselines)."""
        rows, end = series[:, None], end[:, None]
        start = np.maximum(end - self._k, 0)
        recent = (self._seen[rows, end % self._ring] - self._seen[rows, start % self._ring]) / (end - start)
        first = np.maximum(start - self._base, 0)
        length = start - first
        total = self._learned[rows, start % self._ring] - self._learned[rows, first % self._ring]
        base = total / np.maximum(length, 1)
        excess = np.where(length > 0, (recent - base) / np.sqrt(base + 1), 0.0).astype(np.float32)
        shape = (len(series), len(self.params.spans), len(self.params.baselines))
        return recent.reshape(shape)[:, :, 0], excess, base.reshape(shape)

    def _rank(self, series: Ints, excess: npt.NDArray[np.float32]) -> Floats:
        p = self.params
        past = self._past if series is self._rows else self._past[series]  # a view does instead of a copy
        above = np.empty(excess.shape, dtype=np.int64)
        for i in range(0, len(excess), RANK_CHUNK):
            part = slice(i, i + RANK_CHUNK)
            above[part] = _count_true(past[part] >= excess[part, :, None])
        known = np.minimum(self._m[series], p.history)
        score = -np.log10((1 + above) / (1 + known[:, None])).mean(axis=1)
        return np.where(self._n[series] >= p.grace, score, 0.0)

    def _p_values(self, series: Ints, score: Floats) -> Floats:
        p = self.params
        scores = self._scores if series is self._rows else self._scores[series]
        found = tail_p_values(scores, score, np.minimum(self._m[series], p.history))
        return np.where(self._n[series] >= p.grace, found, 1.0)

    def _turn(self, is_open: Bools, since: Ints, may: Bools, seen: Bools) -> tuple[Bools, Bools, Bools]:
        """Open and close what may, in place: `is_open` and the bin of each opening. Returns opens, closes, relearned."""
        opens = seen & ~is_open & may
        relearned = seen & is_open & (self._n - since >= self.params.relearn)
        closes = seen & is_open & ((self._calm >= self.params.quiet) | relearned)
        since[opens] = self._n[opens]
        is_open |= opens
        is_open &= ~closes
        return opens, closes, relearned

    def _learn(self, counts: Floats, bin_: JudgedBin, seen: Bools) -> None:
        at, after = self._n % self._ring, (self._n + 1) % self._ring
        # The level does not learn what is flagged; the ranks do, or a bursty series would alarm for ever
        # (measured on real counts: 72 instead of 87).
        value = np.where(self._flagged, np.minimum(counts, bin_.expected), counts)
        rows = self._rows[seen]
        self._learned[rows, after[seen]] = self._learned[rows, at[seen]] + value[seen]
        self._records.learn(rows, self._n[seen], bin_.sums[seen])
        ranked = seen & (self._n > 0)
        rows, slot = self._rows[ranked], self._m[ranked] % self.params.history
        self._past[rows, :, slot] = bin_.excess[ranked]
        self._scores[rows, slot] = bin_.score[ranked]
        self._m[ranked] += 1
        stale = ranked & ((self._m % BAND_EVERY == 0) | (self._m == 1))
        for i in np.flatnonzero(stale):
            known = self._past[i, :, : min(self._m[i], self.params.history)]
            self._band[i] = np.quantile(known, [0.005, 0.995], axis=1).T

    def _relearn(self, i: int) -> None:
        """Replace what was kept out since the opening by what was counted."""
        first, end = int(self._flagged_at[i]), int(self._n[i]) + 1
        index = np.arange(first, end + 1) % self._ring
        gained = self._seen[i, index] - self._seen[i, index[0]]
        self._learned[i, index] = self._learned[i, index[0]] + gained


def _count_true(flags: Bools) -> npt.NDArray[np.int64]:
    """Number of true values along the last axis; several times faster than count_nonzero with an axis."""
    packed = np.packbits(flags, axis=-1)
    out: npt.NDArray[np.int64] = np.bitwise_count(packed).sum(axis=-1, dtype=np.int64)
    return out
