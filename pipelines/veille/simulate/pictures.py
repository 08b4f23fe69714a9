"""Made-up PDQ hashes: 64 hexadecimal digits that depend on a number and nothing else. No picture exists."""

import numpy as np
import polars as pl

from veille.simulate.fixed import hexadecimal

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def _mix(values: np.ndarray) -> np.ndarray:
    """SplitMix64 (Steele, Lea, Flood 2014): a well-spread 64-bit number for each one."""
    mixed = values + _GOLDEN
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))


def hashes(numbers: np.ndarray, known: np.ndarray) -> pl.Series:
    """A hash for each number, null where it is not known."""
    words = np.empty((len(numbers), 4), ">u8")
    state = numbers.astype(np.int64).view(np.uint64)
    for word in range(4):
        state = _mix(state)
        words[:, word] = state
    return pl.select(pl.when(pl.Series(known)).then(hexadecimal(words.view(np.uint8)))).to_series()
