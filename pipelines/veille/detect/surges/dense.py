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

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from veille.detect.surges.tail import tail_p_values

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

BAND_EVERY = 48  # bins between two fits of the interval
RANK_CHUNK = 32  # series ranked at once: the temporary arrays stay within the processor's cache


@dataclass(frozen=True, kw_only=True)
class DenseParams:
    """Lengths are in bins; the defaults are for bins of 5 minutes (`for_step` scales them).

    spans × baselines give the excesses; `history` is the length of the past they are ranked in; `open_at` and
    `close_below` are scores; `mute` is the least distance between two openings, unless a closed one is followed by
    a score of `reopen_at` (at every scale nearly the largest of the whole past); a surge that outlasts `relearn`
    is a new level and is learned. Measured by leave-one-series-out on real mention counts (docs/detection/surges.md).
    """

    spans: tuple[int, ...] = (1, 3, 12, 36)
    baselines: tuple[int, ...] = (288, 2016)
    history: int = 4032
    open_at: float = 2.2
    close_below: float = 1.0
    quiet: int = 12
    grace: int = 144
    mute: int = 288
    reopen_at: float = 3.2
    relearn: int = 288
    min_events: int = 5

    @classmethod
    def for_step(cls, seconds: float) -> "DenseParams":
        """The same durations for bins of `seconds`; spans shorter than a bin fall together."""
        scale = 300 / seconds
        base = cls()

        def bins(length: int) -> int:
            return max(1, round(length * scale))

        return cls(
            spans=tuple(sorted({bins(k) for k in base.spans})),
            baselines=tuple(sorted({max(24, bins(b)) for b in base.baselines})),
            history=max(500, bins(base.history)),
            quiet=bins(base.quiet),
            grace=max(48, bins(base.grace)),
            mute=bins(base.mute),
            relearn=max(24, bins(base.relearn)),
        )


class DenseStep(NamedTuple):
    """One bin of every series. NaN where the bin was not observed or the series has no past yet."""

    score: Floats  # ≥ 0, higher is more anomalous; 0 in the grace period
    p_value: Floats  # (0, 1]: share of the series' own past that scored as high, tail extrapolated
    expected: Floats
    low: Floats  # 99 % of the series' past bins fell in [low, high], rescaled to the present level
    high: Floats
    opens: Bools
    closes: Bools
    is_open: Bools  # after this bin
    relearned: Bools  # closed because the new level has been learned
    span: npt.NDArray[np.int64]  # bins: the span that is furthest above what was expected of it


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
        self._open = np.zeros(series, dtype=bool)
        self._opened = np.full(series, -p.mute, dtype=np.int64)
        self._calm = np.zeros(series, dtype=np.int64)
        self._band = np.zeros((series, 2))  # quantiles of the one-bin excess

    def __len__(self) -> int:
        return len(self._n)

    @property
    def nbytes(self) -> int:
        """Bytes of state."""
        return sum(v.nbytes for v in vars(self).values() if isinstance(v, np.ndarray))

    def grow(self, series: int) -> None:
        """Add `series` new series at the end; they start today, with no past."""
        fresh = DenseBank(series, self.params)
        for name, value in vars(self).items():
            if isinstance(value, np.ndarray) and name not in {"_k", "_base"}:
                setattr(self, name, np.concatenate([value, getattr(fresh, name)]))
        self._rows = np.arange(len(self._n))

    def reset(self, i: int) -> None:
        """Series `i` becomes another one that starts today."""
        fresh = DenseBank(1, self.params)
        for name, value in vars(self).items():
            if isinstance(value, np.ndarray) and name not in {"_k", "_base", "_rows"}:
                value[i] = getattr(fresh, name)[0]

    def run(self, counts: Floats) -> list[DenseStep]:
        """Step through bins × series; the same as calling `update` on each row."""
        return [self.update(row) for row in counts]

    def update(self, counts: Floats, *, p_values: bool = True) -> DenseStep:
        """Score one new bin (one count a series, NaN = not observed), then learn it unless it is flagged.

        p_values: False leaves them out (1) where nothing opens: they cost as much as the score.
        """
        counts = np.asarray(counts, dtype=float)
        if counts.shape != self._n.shape:
            raise ValueError(f"expected {len(self._n)} counts, got shape {counts.shape}")
        if np.any(counts < 0):
            raise ValueError("counts must not be negative")
        seen = ~np.isnan(counts)
        self._push(counts, seen)
        recent, excess, expected = self._excesses(self._rows, self._n + 1)
        score = self._rank(self._rows, excess)
        may = self._may_open(self._rows, self._n, counts, recent, expected, score)
        opens, closes, relearned = self._decide(may, score, seen)
        told = p_values or opens.any()
        p_value = self._p_values(self._rows, score) if told else np.ones(len(score))
        self._learn(counts, expected, excess, score, seen)
        for i in np.flatnonzero(relearned):
            self._relearn(int(i))
        self._n[seen] += 1
        spread = np.sqrt(expected + 1)
        low, high = expected + self._band[:, 0] * spread, expected + self._band[:, 1] * spread
        low, high = np.clip(low, 0, expected), np.maximum(high, expected)
        score, p_value, expected, low, high = (np.where(seen, v, np.nan) for v in (score, p_value, expected, low, high))
        span = self._span(recent, expected)
        return DenseStep(score, p_value, expected, low, high, opens, closes, self._open.copy(), relearned, span)

    def peek(self, counts: Floats) -> DenseStep:
        """What `update` would say of a bin that is not over, with the counts so far. Nothing is learned or opened."""
        seen = ~np.isnan(counts)
        self._push(counts, seen)  # the next update writes the same place
        return self._judge(self._rows, self._n, np.where(seen, counts, 0.0), seen)

    def restate(self, i: int, ago: int, extra: float) -> DenseStep:
        """Add late events to the bin `ago` observed bins back (1 = the last one) of series `i`, and judge that bin again.

        It may open at its own place; what was said of it and of later bins is not taken back. Raises ValueError where
        the bin is not among those kept.
        """
        if not 1 <= ago <= min(int(self._n[i]), self.params.relearn):
            raise ValueError(f"no bin {ago} back is kept")
        index = np.arange(self._n[i] - ago + 1, self._n[i] + 1) % self._ring
        self._seen[i, index] += extra
        if not self._open[i]:
            self._learned[i, index] += extra
        at = self._n[i : i + 1] - ago
        count = self._seen[i, (at + 1) % self._ring] - self._seen[i, at % self._ring]
        step = self._judge(np.array([i]), at, count, np.array([True]))
        if step.opens[0]:
            self._open[i], self._opened[i], self._calm[i] = True, at[0], 0
        return step

    def _judge(self, rows: npt.NDArray[np.int64], at: npt.NDArray[np.int64], counts: Floats, seen: Bools) -> DenseStep:
        """Say of the bin `at` of each of `rows` what an update would have said, were it to open now."""
        recent, excess, expected = self._excesses(rows, at + 1)
        score = self._rank(rows, excess)
        p_value = self._p_values(rows, score)
        opens = seen & ~self._open[rows] & self._may_open(rows, at, counts, recent, expected, score)
        spread, none = np.sqrt(expected + 1), np.zeros(len(rows), dtype=bool)
        low = np.clip(expected + self._band[rows, 0] * spread, 0, expected)
        high = np.maximum(expected + self._band[rows, 1] * spread, expected)
        span = self._span(recent, expected)
        return DenseStep(score, p_value, expected, low, high, opens, none, self._open[rows], none, span)

    def _span(self, recent: Floats, expected: Floats) -> npt.NDArray[np.int64]:
        k = self._k[:: len(self.params.baselines)]
        above = (recent[:, :: len(self.params.baselines)] - expected[:, None]) * np.sqrt(k)
        out: npt.NDArray[np.int64] = k[np.argmax(above, axis=1)]
        return out

    def _push(self, counts: Floats, seen: Bools) -> None:
        at, after = self._n % self._ring, (self._n + 1) % self._ring
        rows = self._rows[seen]
        self._seen[rows, after[seen]] = self._seen[rows, at[seen]] + counts[seen]

    def _excesses(
        self, series: npt.NDArray[np.int64], end: npt.NDArray[np.int64]
    ) -> tuple[Floats, npt.NDArray[np.float32], Floats]:
        """Mean of the last span before bin `end`, excess for each span and baseline, and the expected count of a bin."""
        rows, end = series[:, None], end[:, None]
        start = np.maximum(end - self._k, 0)
        recent = (self._seen[rows, end % self._ring] - self._seen[rows, start % self._ring]) / (end - start)
        first = np.maximum(start - self._base, 0)
        length = start - first
        total = self._learned[rows, start % self._ring] - self._learned[rows, first % self._ring]
        base = total / np.maximum(length, 1)
        excess = np.where(length > 0, (recent - base) / np.sqrt(base + 1), 0.0).astype(np.float32)
        return recent, excess, base[:, : len(self.params.baselines)].mean(axis=1)

    def _rank(self, series: npt.NDArray[np.int64], excess: npt.NDArray[np.float32]) -> Floats:
        p = self.params
        past = self._past if series is self._rows else self._past[series]  # a view does instead of a copy
        above = np.empty(excess.shape, dtype=np.int64)
        for i in range(0, len(excess), RANK_CHUNK):
            part = slice(i, i + RANK_CHUNK)
            above[part] = _count_true(past[part] >= excess[part, :, None])
        known = np.minimum(self._m[series], p.history)
        score = -np.log10((1 + above) / (1 + known[:, None])).mean(axis=1)
        return np.where(self._n[series] >= p.grace, score, 0.0)

    def _p_values(self, series: npt.NDArray[np.int64], score: Floats) -> Floats:
        p = self.params
        scores = self._scores if series is self._rows else self._scores[series]
        found = tail_p_values(scores, score, np.minimum(self._m[series], p.history))
        return np.where(self._n[series] >= p.grace, found, 1.0)

    def _may_open(
        self,
        series: npt.NDArray[np.int64],
        at: npt.NDArray[np.int64],
        counts: Floats,
        recent: Floats,
        expected: Floats,
        score: Floats,
    ) -> Bools:
        p = self.params
        enough = (recent * self._k).max(axis=1) >= p.min_events  # never on 0 > 0
        above = (recent > expected[:, None]).any(axis=1) & (counts > 0)
        rested = (at - self._opened[series] >= p.mute) | (score >= p.reopen_at)
        out: Bools = (score >= p.open_at) & enough & above & rested
        return out

    def _decide(self, may_open: Bools, score: Floats, seen: Bools) -> tuple[Bools, Bools, Bools]:
        p = self.params
        opens = seen & ~self._open & may_open
        self._calm = np.where(seen, np.where(score < p.close_below, self._calm + 1, 0), self._calm)
        relearned = seen & self._open & (self._n - self._opened >= p.relearn)
        closes = seen & self._open & ((self._calm >= p.quiet) | relearned)
        self._opened[opens] = self._n[opens]
        self._open = (self._open | opens) & ~closes
        return opens, closes, relearned

    def _learn(
        self, counts: Floats, expected: Floats, excess: npt.NDArray[np.float32], score: Floats, seen: Bools
    ) -> None:
        at, after = self._n % self._ring, (self._n + 1) % self._ring
        # The level does not learn what is flagged; the ranks do, or a bursty series would alarm for ever
        # (measured on real counts: 72 instead of 87).
        value = np.where(self._open, np.minimum(counts, expected), counts)
        rows = self._rows[seen]
        self._learned[rows, after[seen]] = self._learned[rows, at[seen]] + value[seen]
        ranked = seen & (self._n > 0)
        rows, slot = self._rows[ranked], self._m[ranked] % self.params.history
        self._past[rows, :, slot] = excess[ranked]
        self._scores[rows, slot] = score[ranked]
        self._m[ranked] += 1
        stale = ranked & ((self._m % BAND_EVERY == 0) | (self._m == 1))
        for i in np.flatnonzero(stale):
            self._band[i] = np.quantile(self._past[i, 0, : min(self._m[i], self.params.history)], [0.005, 0.995])

    def _relearn(self, i: int) -> None:
        """Replace what was kept out since the opening by what was counted."""
        first, end = int(self._opened[i]), int(self._n[i]) + 1
        index = np.arange(first, end + 1) % self._ring
        gained = self._seen[i, index] - self._seen[i, index[0]]
        self._learned[i, index] = self._learned[i, index[0]] + gained


def _count_true(flags: Bools) -> npt.NDArray[np.int64]:
    """Number of true values along the last axis; several times faster than count_nonzero with an axis."""
    packed = np.packbits(flags, axis=-1)
    out: npt.NDArray[np.int64] = np.bitwise_count(packed).sum(axis=-1, dtype=np.int64)
    return out
