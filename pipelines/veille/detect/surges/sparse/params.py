"""What the sparse detector may be told. Lengths are in bins of `bin_seconds`."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SparseParams:
    """Defaults are for bins of 5 minutes; sources of the figures: docs/detection/surges.md.

    windows         spans in which events are counted; the p-value is that of the best, times their number
    guard           the most recent bins that the baseline leaves out (half of the history while that is shorter)
    half_life       of counts and exposure in the baseline
    dispersion      φ: evidence of the baseline is divided by it (counts clump)
    burst_cap       κ: shape of the predictive distribution never exceeds it (rates wander)
    q               false-discovery rate over all series at each step
    min_events, min_accounts   within the window, to open; an account counts at most `account_cap` times
    close_p, quiet  a surge closes when the last hour has been above `close_p` for `quiet` bins
    relearn         a surge that lasts longer is the new level: closed and learned
    insistent       (requests, bins) pairs: so many by one account about one target within so many bins
    insistent_quiet such a finding ends when the account has not asked for so many bins
    max_rows        events kept for the windows; beyond it some are left out (`room.left_out`), never those of targets that
                    were first asked about within the longest window while others suffice
    forget          a series without an event for so many bins is forgotten; the next one makes it a new series
    max_series      beyond so many, the least mentioned of those that were silent for a day are forgotten early
    """

    bin_seconds: int = 300
    windows: tuple[int, ...] = (1, 12, 96, 288)
    guard: int = 288
    half_life: float = 2016.0
    dispersion: float = 1.0
    burst_cap: float = 4.0
    q: float = 0.01
    min_events: int = 5
    min_accounts: int = 3
    account_cap: int = 1
    grace: int = 288
    close_p: float = 0.01
    quiet: int = 12
    relearn: int = 576
    insistent: tuple[tuple[int, int], ...] = ((3, 12), (8, 288))
    insistent_quiet: int = 288
    max_rows: int = 11_000_000
    forget: int = 8064
    max_series: int = 1_000_000
