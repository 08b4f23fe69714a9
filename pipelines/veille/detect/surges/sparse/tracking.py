"""Surges under way: their counts, peak, accounts, and when they close."""

from dataclasses import dataclass, field, replace

import numpy as np

from veille.detect.surges.records import Surge
from veille.detect.surges.sparse.recent import EventArrays
from veille.detect.surges.sparse.significance import interval


@dataclass(kw_only=True)
class OpenSurge:
    """Mutable tally behind a `Surge`. `since` and `last_active` are bins; memory is one entry a bin and an account."""

    surge: Surge
    since: int
    opened: int
    last_active: int
    rate: float
    shape: float
    per_bin: dict[int, int] = field(default_factory=dict)
    accounts: set[int] = field(default_factory=set)
    calm: int = 0

    def add(self, rows: EventArrays) -> bool:
        """Count the rows that belong to it (late ones too); True if there were any."""
        mine = rows.bin >= self.since
        if not mine.any():
            return False
        bins, counts = np.unique(rows.bin[mine], return_counts=True)
        for b, n in zip(bins.tolist(), counts.tolist(), strict=True):
            self.per_bin[b] = self.per_bin.get(b, 0) + n
        self.accounts.update(rows.account[mine].tolist())
        return True

    @property
    def one_bin(self) -> bool:
        """All but its expected count fell into a single bin: it may have been a clump."""
        rest = sum(self.per_bin.values()) - max(self.per_bin.values())
        return rest <= 1 + self.rate * len(self.per_bin)

    def version(self, end: int, bin_us: int) -> Surge:
        """The surge as it is known at the end of bin `end`: what was decided at its opening is never rewritten."""
        bins = max(1, end + 1 - self.since)
        expected = self.rate * bins
        low, high = interval(expected, self.shape)
        # Ties go to the earliest bin, so that the peak does not depend on the order of arrival.
        peak = min(self.per_bin, key=lambda b: (-self.per_bin[b], b)) if self.per_bin else self.opened
        self.surge = replace(
            self.surge,
            observed=sum(self.per_bin.values()),
            accounts=len(self.accounts),
            peak_at=peak * bin_us,
            expected=expected,
            low=low,
            high=high,
            version=self.surge.version + 1,
        )
        return self.surge

    def close(self, bin_us: int, reason: str) -> Surge:
        """The last version, closed at the end of the last bin that was above the closing level."""
        self.version(self.last_active, bin_us)
        self.surge = replace(self.surge, closed_at=(self.last_active + 1) * bin_us, reason=reason)
        return self.surge
