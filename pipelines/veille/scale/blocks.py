"""Sorted pair keys in few bytes, for a shuffle: differences, each in as many bytes as its size needs."""

import numpy as np

from veille.detect.coordination.events import Ints

_MIX = np.uint64(0x9E3779B97F4A7C15)  # golden ratio: spreads keys that lie close together


def packed(keys: Ints) -> bytes:
    """Ascending keys, none negative. The number of keys, the width of each difference, then the differences."""
    if not len(keys):
        return b""
    steps = np.diff(keys, prepend=0).astype(np.uint64)
    width = 1 + sum((steps >= np.uint64(1 << 8 * k)).astype(np.int64) for k in range(1, 8))
    raw = steps.astype("<u8").view(np.uint8).reshape(-1, 8)
    body = raw[np.arange(8)[None, :] < np.asarray(width)[:, None]].tobytes()
    return len(keys).to_bytes(8, "little") + np.asarray(width).astype(np.uint8).tobytes() + body


def unpacked(block: bytes) -> Ints:
    """The keys of `packed`."""
    if not block:
        return np.zeros(0, np.int64)
    size = int.from_bytes(block[:8], "little")
    width = np.frombuffer(block, np.uint8, size, 8).astype(np.int64)
    raw = np.zeros((size, 8), np.uint8)
    raw[np.arange(8)[None, :] < width[:, None]] = np.frombuffer(block, np.uint8, offset=8 + size)
    return np.asarray(np.cumsum(raw.view("<u8").ravel().astype(np.int64)), np.int64)


def reducer(keys: Ints, parts: int) -> Ints:
    """Which of `parts` looks after each key."""
    mixed = (keys.astype(np.uint64) * _MIX) >> np.uint64(40)
    place: Ints = (mixed % np.uint64(parts)).astype(np.int64)
    return place


def up_to_twice(pair: Ints, target: Ints) -> Ints:
    """Each pair once, and once more where it met on a second target of this part: two of a key mean two targets."""
    order = np.lexsort((target, pair))
    pair, target = pair[order], target[order]
    pair = pair[np.r_[True, (pair[1:] != pair[:-1]) | (target[1:] != target[:-1])]]
    first = np.r_[True, pair[1:] != pair[:-1]]
    told: Ints = pair[first | (np.r_[False, first[:-1]] & ~first)]
    return told
