"""Counts and distinct accounts of some series in several windows that end at one bin."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from veille.detect.surges.sparse.recent import Rows

Ints = npt.NDArray[np.int64]


class WindowCounts(NamedTuple):
    """series × windows."""

    events: Ints
    people: Ints  # events, each account counted at most `cap` times
    accounts: Ints  # distinct
    largest: Ints  # distinct accounts in the fullest bin


class Pairs(NamedTuple):
    """Who mentions whom in some rows: one entry a distinct (series, account)."""

    of_row: Ints  # index of the pair of each row
    series: Ints  # position of its series
    account: npt.NDArray[np.uint64]


def pairs(position: Ints, account: npt.NDArray[np.uint64]) -> Pairs:
    """Number the distinct (position, account) pairs."""
    order = np.lexsort((account, position))
    sorted_position, sorted_account = position[order], account[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (sorted_position[1:] != sorted_position[:-1]) | (sorted_account[1:] != sorted_account[:-1])
    of_row = np.empty(len(order), dtype=np.int64)
    of_row[order] = np.cumsum(first) - 1
    return Pairs(of_row, sorted_position[first], sorted_account[first])


def window_counts(
    rows: Rows, position: Ints, after: Ints, end: int, windows: tuple[int, ...], cap: int
) -> WindowCounts:
    """Count the rows of each of len(after) series in (end − w, end] for each window w of `windows`.

    position  the place in 0 … len(after) − 1 of each row's series
    after     per series: only bins later than this count (a closed surge is not counted again)
    """
    pair = pairs(position, rows.account)
    usable = (rows.bin > after[position]) & (rows.bin <= end)
    cell = pairs(position, pack(rows.bin, pair.of_row))  # distinct (series, bin, account)
    bins = pairs(cell.series, cell.account >> np.uint64(32))  # distinct (series, bin)
    size = np.bincount(bins.of_row, minlength=len(bins.series))
    at = bins.account.astype(np.int64)
    events, people, accounts, largest = [], [], [], []
    for window in windows:
        inside = usable & (rows.bin > end - window)
        of_pair = np.bincount(pair.of_row, weights=inside, minlength=len(pair.series)).astype(np.int64)
        events.append(np.bincount(pair.series, weights=of_pair, minlength=len(after)))
        people.append(np.bincount(pair.series, weights=np.minimum(of_pair, cap), minlength=len(after)))
        accounts.append(np.bincount(pair.series, weights=of_pair > 0, minlength=len(after)))
        fullest = np.zeros(len(after), dtype=np.int64)
        live = (at > after[bins.series]) & (at <= end) & (at > end - window)
        np.maximum.at(fullest, bins.series[live], size[live])
        largest.append(fullest)
    return WindowCounts(*(np.stack(part, 1).astype(np.int64) for part in (events, people, accounts, largest)))


def pack(bins: npt.NDArray[np.int32], small: Ints) -> npt.NDArray[np.uint64]:
    """Bin and a number below 2^32 in one key."""
    return (bins.astype(np.uint64) << np.uint64(32)) | small.astype(np.uint64)
