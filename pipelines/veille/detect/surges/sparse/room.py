"""Which events leave early when there are more than the memory set aside for them holds.

What a first request about somebody tells is lost if it is left out; what the thousandth about a target who has been asked
about for long tells is not. So the oldest events of the targets with most of them go, of those that are long known.
"""

import numpy as np
import numpy.typing as npt

from veille.detect.surges.sparse.recent import EventArrays

ROOM = 0.9
"""Share of the limit that is filled afterwards: choosing costs a sort, so it is done seldom."""
FLOOR = 100
"""So many events of any target stay, where that is possible: more than opens a surge, and what keeps one open."""

Bools = npt.NDArray[np.bool_]


def left_out(rows: EventArrays, long_known: Bools, max_rows: int) -> Bools | None:
    """Which rows leave; None while there is room.

    long_known: of each series, whether it was first asked about longer ago than any window reaches: those leave first,
    down to FLOOR each. Only where that is not enough the others do too, the largest first: what is left of each is then
    equal, but for one event, so whoever has fewer loses nothing. Where there are more targets than room for one event of
    each, those that were mentioned last keep theirs.
    """
    surplus = len(rows.bin) - max_rows
    if surplus <= 0:
        return None
    surplus += int((1 - ROOM) * max_rows)
    sizes = np.bincount(rows.series, minlength=len(long_known))
    known = np.where(long_known, sizes, 0)
    level = max(FLOOR, _level(known, surplus))
    keep = np.where(long_known, np.minimum(sizes, level), sizes)
    surplus -= int((sizes - keep).sum())
    if surplus > 0:
        level = _level(keep, surplus)
        spared = int(np.maximum(keep - level, 0).sum()) - surplus
        keep = np.minimum(keep, level + _one_more(rows, keep > level, spared))
    return _oldest(rows, sizes, keep)


def _one_more(rows: EventArrays, cut: Bools, spared: int) -> npt.NDArray[np.int64]:
    """1 for at most `spared` of the series that are cut, those mentioned last; of one moment all or none, else 0."""
    newest = np.zeros(len(cut), dtype=np.int64)
    np.maximum.at(newest, rows.series, rows.at)
    times = np.sort(newest[cut])[::-1]
    latest = cut if spared >= len(times) else cut & (newest > times[spared])
    return np.asarray(latest, dtype=np.int64)


def _level(sizes: npt.NDArray[np.int64], surplus: int) -> int:
    """The largest number such that sizes cut down to it are less by `surplus` at least; 0 where even that is too little."""
    low, high = 0, int(sizes.max(initial=0))
    while low < high:
        middle = (low + high + 1) // 2
        if int(np.maximum(sizes - middle, 0).sum()) >= surplus:
            low = middle
        else:
            high = middle - 1
    return low


def _oldest(rows: EventArrays, sizes: npt.NDArray[np.int64], keep: npt.NDArray[np.int64]) -> Bools:
    """All but the newest `keep` rows of each series; rows of one moment in order of their accounts."""
    cut = np.zeros(len(rows.bin), dtype=bool)
    mine = np.flatnonzero((keep < sizes)[rows.series])
    order = mine[np.lexsort((rows.account[mine], rows.at[mine], rows.series[mine]))]
    series = rows.series[order]
    first = np.searchsorted(series, series, side="left")
    cut[order] = np.arange(len(order)) - first < (sizes - keep)[series]
    return cut
