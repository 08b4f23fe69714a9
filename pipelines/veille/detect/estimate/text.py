"""Texts as a few numbers each, learned from the texts alone: no code and no label is read, no word is kept.

Words and pairs of words are hashed, weighted by their rarity, and reduced to their main directions (latent semantic
analysis, Deerwester et al. 1990). The first words of a text count a second time as features of their own, because
an answer that refuses says so at its start.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from zlib import crc32

import numpy as np
import numpy.typing as npt
from scipy.linalg import eigh
from scipy.sparse import csr_array

Floats = npt.NDArray[np.float64]

DIRECTIONS = 12
OPENING_WORDS = 12
LONGEST = 2_000  # characters of a text that are read
HASHED = 2**18
FITTED_ON = 1_500  # texts from which the directions are learned; all others are projected
_WORD = re.compile(r"\w+")


def text_features(texts: Sequence[str | None]) -> Floats:
    """One row a text, `DIRECTIONS` columns at most, mean 0 and total variance 1 over the rows that have a text.

    A row without text (None or blank) has zeros: it lies at the mean and takes no part in learning the directions.
    No columns if fewer than two texts differ. The result depends only on the texts and their order.
    """
    present = np.array([bool(text and text.strip()) for text in texts], dtype=bool)
    read = [text[:LONGEST] for text in texts if text and text.strip()]
    if len(set(read)) < 2:
        return np.zeros((len(texts), 0))
    scores = _directions(read)
    scores -= scores.mean(axis=0)
    spread = scores.std(axis=0)
    scores = scores[:, spread > 1e-9] / spread[spread > 1e-9]
    out = np.zeros((len(texts), scores.shape[1]))
    out[present] = scores / np.sqrt(max(scores.shape[1], 1))
    return out


def _directions(texts: list[str]) -> Floats:
    """Coordinates of the texts along the main directions of at most `FITTED_ON` of them, evenly spaced."""
    weighted = _weighted(_hashed(texts))
    learned = weighted[:: -(-len(texts) // FITTED_ON)]
    size = learned.shape[0]
    values, vectors = eigh((learned @ learned.T).toarray(), subset_by_index=[max(0, size - DIRECTIONS), size - 1])
    kept = values > 1e-9
    axes = learned.T @ (vectors[:, kept] / np.sqrt(values[kept]))
    return np.asarray(weighted @ axes, dtype=np.float64)


def _hashed(texts: list[str]) -> csr_array:
    """One row a text, 1 in the columns of its words and pairs."""
    columns = [sorted({crc32(word.encode()) % HASHED for word in _words(text)}) for text in texts]
    starts = np.concatenate([[0], np.cumsum([len(one) for one in columns])])
    flat = np.fromiter((column for one in columns for column in one), dtype=np.int64, count=int(starts[-1]))
    return csr_array((np.ones(len(flat)), flat, starts), shape=(len(texts), HASHED))


def _weighted(counts: csr_array) -> csr_array:
    """Rare features weigh more, those of one text nothing; rows have length 1."""
    seen_in = np.bincount(counts.indices, minlength=HASHED)
    rows = counts.shape[0]
    rarity = np.where(seen_in >= 2, np.log((rows + 1) / (seen_in + 1)) + 1, 0.0)
    data = rarity[counts.indices]
    sizes = np.diff(counts.indptr)
    lengths = np.sqrt(np.bincount(np.repeat(np.arange(rows), sizes), data**2, minlength=rows))
    data /= np.repeat(np.where(lengths > 0, lengths, 1.0), sizes)
    return csr_array((data, counts.indices, counts.indptr), shape=counts.shape)


def _words(text: str) -> list[str]:
    """Words, pairs of words, and the pairs of the opening marked as such."""
    words = _WORD.findall(text.lower())
    pairs = [f"{a} {b}" for a, b in pairwise(words)]
    return [*words, *pairs, *(f"^{pair}" for pair in pairs[: OPENING_WORDS - 1])]
