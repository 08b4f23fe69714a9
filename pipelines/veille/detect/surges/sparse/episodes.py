"""Episodes: mentions of one target that follow each other within an hour, most often one thread under one post.

Threads grow without any surge. How often an episode reaches n accounts, per event, is measured over all quiet series
together, surges included: those are too few to bend the body of the distribution, and the tail beyond the body is
continued from it. So a feed in which threads of eight are common needs more than eight people to be alarmed.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from veille.detect.surges.sparse.recent import EventArrays
from veille.detect.surges.sparse.significance import excess_p_values

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

GAP = 12  # bins without a mention that end an episode
RARE_RATE = 0.003  # events a bin (about one a day): above it mentions follow each other within an hour by chance
LARGEST = 64
BODY_SHARE = 0.1  # the body ends where fewer than this share of the episodes of two or more accounts reach n
SUPPORT = 20.0  # episodes that the end of the body must rest on
LEAST_RATIO, MOST_RATIO = 0.2, 0.9  # of the tail from n to n + 1, beyond the body
SIZES = (2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)  # sizes that are tried besides the episode's own


class FoundEpisodes(NamedTuple):
    """One entry an episode."""

    series: Ints  # as numbered by the caller
    first: Ints  # bins
    last: Ints
    accounts: Ints  # distinct


def episodes(series: Ints, bins: npt.NDArray[np.int32], person: Ints) -> FoundEpisodes:
    """The episodes of some rows; `person` numbers the pairs of series and account."""
    order = np.lexsort((bins, series))
    series, when, person = series[order], bins[order].astype(np.int64), person[order]
    if len(series) == 0:
        return FoundEpisodes(series, when, when, when)
    starts = np.r_[True, (np.diff(series) != 0) | (np.diff(when) > GAP)]
    number = np.cumsum(starts) - 1
    key = np.unique((number << 32) | person)
    first = np.flatnonzero(starts)
    last = np.r_[first[1:], len(series)] - 1
    return FoundEpisodes(
        series[first], when[first], when[last], np.bincount(key >> 32, minlength=len(first)).astype(np.int64)
    )


def ended(found: FoundEpisodes, first: int, end: int) -> FoundEpisodes:
    """The episodes whose last mention fell into bins [first, end)."""
    chosen = (found.last >= first) & (found.last < end)
    return FoundEpisodes(*(column[chosen] for column in found))


class EpisodeSizes:
    """Tail T(n) = (episodes of n or more accounts) / (events of quiet series), decayed; geometric beyond its body."""

    def __init__(self, half_life: float) -> None:
        self.half_life = half_life
        self.seen = np.zeros(LARGEST + 1)
        self.table = np.zeros(LARGEST + 1)

    def learn(self, accounts: Ints, bins: int) -> None:
        """Sizes of the episodes that ended within `bins` bins."""
        self.seen *= 2.0 ** (-bins / self.half_life)
        self.seen += np.bincount(np.minimum(accounts, LARGEST), minlength=LARGEST + 1)
        self._fit()

    def _fit(self) -> None:
        beyond = np.cumsum(self.seen[::-1])[::-1]
        events = float((self.seen * np.arange(LARGEST + 1)).sum())
        if beyond[2] < SUPPORT:
            return
        body = int(np.flatnonzero(beyond >= max(SUPPORT, BODY_SHARE * beyond[2]))[-1])
        middle = max(2, body - max(2, body // 2))
        ratio = (beyond[body] / beyond[middle]) ** (1 / (body - middle)) if body > middle else 0.0
        tail = beyond / max(events, 1.0)
        tail[body:] = tail[body] * np.clip(ratio, LEAST_RATIO, MOST_RATIO) ** np.arange(LARGEST + 1 - body)
        self.table = tail

    def p_values(self, p: Floats, count: Ints, largest: Ints, mean: Floats, shape: Floats) -> Floats:
        """The larger of `p` and P(count or more) when one episode of up to `largest` accounts is explained away.

        1-d arrays over (series, window) cells; mean is of the events in the window.
        """
        own = np.minimum(largest, LARGEST)
        p = np.where(own >= 2, np.maximum(p, self._left(count, own, mean, shape)), p)
        for size in SIZES:
            i = np.flatnonzero(own > size)
            if len(i) == 0:
                break
            p[i] = np.maximum(p[i], self._left(count[i], np.full(len(i), size), mean[i], shape[i]))
        return p

    def _left(self, count: Ints, size: Ints, mean: Floats, shape: Floats) -> Floats:
        """P(an episode of `size` begins) × P(the rest comes by itself)."""
        rest = excess_p_values(np.maximum(count - size, 0), mean, shape)
        out: Floats = np.minimum(1.0, mean * self.table[size]) * rest
        return out


def quiet_episodes(rows: EventArrays, person: Ints, first: int, end: int) -> FoundEpisodes:
    """The episodes of `rows` that ended in bins [first, end)."""
    return ended(episodes(rows.series.astype(np.int64), rows.bin, person), first, end)
