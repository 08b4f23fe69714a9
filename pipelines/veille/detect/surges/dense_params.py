"""What the dense detector may be told, and what it says of one bin."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from veille.detect.surges.day_records import RecordParams

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class DenseParams:
    """Lengths are in bins; the defaults are for bins of 5 minutes (`for_step` scales them).

    spans × baselines give the excesses; `history` is the length of the past they are ranked in; `open_at` and
    `close_below` are scores; `mute` is the least distance between two openings, unless a closed one is followed by
    a score of `reopen_at` (at every scale nearly the largest of the whole past); a surge that outlasts `relearn`
    is a new level and is learned; `records` says which past bursts a new one must exceed. Measured on real mention counts
    (docs/detection/surges.md).
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
    records: RecordParams = field(default_factory=RecordParams)

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
            records=RecordParams(day=bins(base.records.day), long_span=bins(base.records.long_span)),
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
    span: npt.NDArray[np.int64]  # bins: of the spans above their band, the one furthest above what was expected of it
    ends: Floats  # series × spans × 2: ends of the 99 % band of a bin's mean over a span, less expected, over sqrt(expected + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedBin:
    """One bin of some series against their past, before anything is decided."""

    sums: Floats  # series × spans: events
    excess: npt.NDArray[np.float32]  # series × (spans × baselines)
    expected: Floats
    score: Floats
    p_value: Floats
    ends: Floats
    span: Ints
    unusual: Bools  # by rank
    may_open: Bools

    def step(self, seen: Bools, opens: Bools, closes: Bools, is_open: Bools, relearned: Bools) -> DenseStep:
        """With what was decided."""
        spread = np.sqrt(self.expected + 1)
        low, high = (self.expected + self.ends[:, 0, end] * spread for end in (0, 1))
        values = (self.score, self.p_value, self.expected, low, high)
        score, p_value, expected, low, high = (np.where(seen, v, np.nan) for v in values)
        return DenseStep(score, p_value, expected, low, high, opens, closes, is_open, relearned, self.span, self.ends)
