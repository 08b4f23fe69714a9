"""Which event ids have been counted: sorted runs of 64-bit hashes, merged geometrically.

20 million ids take 160 MB. The hashes are the leading half of a keyed 128-bit pseudonym, so nobody can choose
colliding ids, and among 20 million events the chance that any two differ yet collide is about one in 90,000.
"""

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]


def leading_64_bits(raw: NDArray[np.uint8]) -> Hashes:
    """Big-endian leading 8 bytes of consecutive 16-byte pseudonyms: `(event_id::UHUGEINT >> 64)::UBIGINT` in SQL."""
    words: NDArray[np.uint64] = raw.view(">u8").reshape(-1, 2)[:, 0].astype(np.uint64)
    return words


class SeenIndex:
    """A set of 64-bit hashes for batches: `new_mask` costs one binary search a run, and there are few runs."""

    def __init__(self) -> None:
        self._runs: list[Hashes] = []

    def __len__(self) -> int:
        return sum(len(run) for run in self._runs)

    @property
    def nbytes(self) -> int:
        return sum(run.nbytes for run in self._runs)

    def new_mask(self, hashes: Hashes) -> NDArray[np.bool_]:
        """True for the first of each hash in the batch that the set does not hold."""
        order = np.argsort(hashes, kind="stable")
        ordered = hashes[order]
        fresh = np.ones(len(hashes), np.bool_)
        fresh[1:] = ordered[1:] != ordered[:-1]
        for run in self._runs:
            at = np.searchsorted(run, ordered)
            at[at == len(run)] = 0
            fresh &= run[at] != ordered
        mask = np.empty(len(hashes), np.bool_)
        mask[order] = fresh
        return mask

    def held_mask(self, hashes: Hashes) -> NDArray[np.bool_]:
        """True where the set holds a hash; a hash may stand in the batch several times."""
        held = np.zeros(len(hashes), np.bool_)
        for run in self._runs:
            at = np.searchsorted(run, hashes)
            at[at == len(run)] = 0
            held |= run[at] == hashes
        return held

    def add(self, hashes: Hashes) -> None:
        """Add hashes that are new and distinct (what `new_mask` kept)."""
        if not len(hashes):
            return
        self._runs.append(np.sort(hashes))
        while len(self._runs) > 1 and 4 * len(self._runs[-1]) >= len(self._runs[-2]):
            last = self._runs.pop()
            merged = np.concatenate([self._runs.pop(), last])
            merged.sort(kind="stable")
            self._runs.append(merged)
