"""Insistent accounts: one account asks again and again about one target. A finding of its own, whatever the crowd does."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from veille.detect.surges.records import InsistentAccount, surge_id
from veille.detect.surges.sparse.recent import EventArrays
from veille.detect.surges.sparse.windows import SeriesAccountPairs, pairs

Ints = npt.NDArray[np.int64]
Key = tuple[int, int]  # series, account


@dataclass(frozen=True)
class InsistentPair:
    """A pair that reached the rule, and its rows."""

    series: int
    account: int
    rows: EventArrays
    opened_at: int


def insistent_pairs(rows: EventArrays, end: int, rules: tuple[tuple[int, int], ...]) -> list[InsistentPair]:
    """The (series, account) pairs with `requests` rows in the last `bins` bins, for any (requests, bins) of `rules`.

    `opened_at` is the request that reached the number.
    """
    if len(rows.bin) == 0:
        return []
    pair = pairs(rows.series.astype(np.int64), rows.account)
    reached: dict[int, int] = {}
    for requests, bins in rules:
        inside = (rows.bin > end - bins) & (rows.bin <= end)
        total = np.bincount(pair.of_row, weights=inside, minlength=len(pair.series))
        for i in np.flatnonzero(total >= requests):
            times = np.sort(rows.at[inside & (pair.of_row == i)])
            at = int(times[requests - 1])
            reached[int(i)] = min(at, reached.get(int(i), at))
    return [_found(rows, pair, i, at) for i, at in sorted(reached.items())]


def _found(rows: EventArrays, pair: SeriesAccountPairs, i: int, at: int) -> InsistentPair:
    return InsistentPair(int(pair.series[i]), int(pair.account[i]), rows.where(pair.of_row == i), at)


class InsistentTracker:
    """Findings under way. One stays open while requests keep coming; it closes after `quiet` bins without one."""

    def __init__(self, quiet: int, bin_us: int) -> None:
        self.quiet, self.bin_us = quiet, bin_us
        self.active: dict[Key, InsistentAccount] = {}

    def open(
        self, found: InsistentPair, account_id: str, target_id: str, other_targets: int, rate: float
    ) -> InsistentAccount:
        """Start a finding; its id is that of the pair and the bin of the request that reached the rule."""
        span = (int(found.rows.at.max()) - int(found.rows.at.min())) / self.bin_us
        finding = InsistentAccount(
            finding_id=surge_id("insistent", f"{account_id}\x1f{target_id}", found.opened_at // self.bin_us),
            account_id=account_id,
            target_id=target_id,
            opened_at=found.opened_at,
            first_at=int(found.rows.at.min()),
            last_at=int(found.rows.at.max()),
            requests=len(found.rows.at),
            other_targets=other_targets,
            expected=rate * max(span, 1.0),
        )
        self.active[found.series, found.account] = finding
        return finding

    def extend(self, key: Key, times: Ints) -> InsistentAccount:
        """More requests of a finding under way."""
        old = self.active[key]
        self.active[key] = replace(
            old,
            first_at=min(old.first_at, int(times.min())),
            last_at=max(old.last_at, int(times.max())),
            requests=old.requests + len(times),
            version=old.version + 1,
        )
        return self.active[key]

    def close(self, now: int) -> list[InsistentAccount]:
        """Findings without a request in the last `quiet` bins before bin `now`."""
        limit = (now - self.quiet) * self.bin_us
        ended = sorted(key for key, finding in self.active.items() if finding.last_at < limit)
        gone = [self.active.pop(key) for key in ended]
        return [replace(finding, closed=True, version=finding.version + 1) for finding in gone]
