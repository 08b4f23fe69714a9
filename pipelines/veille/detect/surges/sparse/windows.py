"""Counts and distinct accounts of some series in several windows that end at one bin."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from veille.detect.surges.sparse.episodes import episodes
from veille.detect.surges.sparse.recent import EventArrays

Ints = npt.NDArray[np.int64]


class WindowCounts(NamedTuple):
    """series × windows."""

    events: Ints
    people: Ints  # events, each account counted at most `cap` times
    accounts: Ints  # distinct
    largest: Ints  # distinct accounts in the fullest bin
    episode: Ints  # distinct accounts in the largest episode


class SeriesAccountPairs(NamedTuple):
    """Who mentions whom in some rows: one entry a distinct (series, account)."""

    of_row: Ints  # index of the pair of each row
    series: Ints  # position of its series
    account: npt.NDArray[np.uint64]


def pairs(position: Ints, account: npt.NDArray[np.uint64]) -> SeriesAccountPairs:
    """Number the distinct (position, account) pairs.

    One sort of one key: 24 bits of position and 40 of the account's hash; within one series two of 10,000 accounts
    share them once in 20,000 such series.
    """
    key = (position.astype(np.uint64) << np.uint64(40)) | (account & np.uint64((1 << 40) - 1))
    _, first, of_row = np.unique(key, return_index=True, return_inverse=True)
    return SeriesAccountPairs(of_row.astype(np.int64), position[first], account[first])


class Cells(NamedTuple):
    """Distinct (series, bin) of some rows."""

    series: Ints  # position of the series
    bin: Ints
    accounts: Ints  # distinct


def cells(position: Ints, bins: npt.NDArray[np.int32], person: Ints) -> Cells:
    """How many distinct people each series had in each bin; `person` numbers the pairs of series and account."""
    key = (bins.astype(np.uint64) << np.uint64(32)) | person.astype(np.uint64)
    _, first = np.unique(key, return_index=True)
    cell = (position[first].astype(np.uint64) << np.uint64(32)) | bins[first].astype(np.uint64)
    found, accounts = np.unique(cell, return_counts=True)
    low = np.uint64((1 << 32) - 1)
    return Cells((found >> np.uint64(32)).astype(np.int64), (found & low).astype(np.int64), accounts.astype(np.int64))


def window_counts(
    rows: EventArrays, position: Ints, after: Ints, end: int, windows: tuple[int, ...], cap: int
) -> WindowCounts:
    """Count the rows of each of len(after) series in (end − w, end] for each window w of `windows`.

    position  the place in 0 … len(after) − 1 of each row's series
    after     per series: only bins later than this count (a closed surge is not counted again)
    """
    pair = pairs(position, rows.account)
    usable = (rows.bin > after[position]) & (rows.bin <= end)
    cell = cells(position, rows.bin, pair.of_row)
    found = episodes(position[usable], rows.bin[usable], pair.of_row[usable])
    events, people, accounts, largest, longest = [], [], [], [], []
    for window in windows:
        inside = usable & (rows.bin > end - window)
        of_pair = np.bincount(pair.of_row, weights=inside, minlength=len(pair.series)).astype(np.int64)
        events.append(np.bincount(pair.series, weights=of_pair, minlength=len(after)))
        people.append(np.bincount(pair.series, weights=np.minimum(of_pair, cap), minlength=len(after)))
        accounts.append(np.bincount(pair.series, weights=of_pair > 0, minlength=len(after)))
        fullest = np.zeros(len(after), dtype=np.int64)
        live = (cell.bin > after[cell.series]) & (cell.bin <= end) & (cell.bin > end - window)
        np.maximum.at(fullest, cell.series[live], cell.accounts[live])
        largest.append(fullest)
        # An episode that began before the window counts with no more than the window's people.
        widest = np.zeros(len(after), dtype=np.int64)
        running = found.last > end - window
        np.maximum.at(widest, found.series[running], found.accounts[running])
        longest.append(np.minimum(widest, people[-1].astype(np.int64)))
    parts = (events, people, accounts, largest, longest)
    return WindowCounts(*(np.stack(part, 1).astype(np.int64) for part in parts))
