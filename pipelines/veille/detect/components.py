"""Connected components of a graph, numbered by their smallest node."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

Ints = NDArray[np.int64]

SMALL = 400
"""Up to so many edges a loop in Python is faster than the three sparse matrices that scipy makes of them (measured)."""


def components(size: int, a: Ints, b: Ints) -> Ints:
    """The component of each of the nodes 0 … size - 1; a[i] and b[i] are joined.

    >>> components(5, np.array([0, 3]), np.array([4, 1])).tolist()
    [0, 1, 2, 1, 0]
    """
    if len(a) > SMALL:
        return _sparse(size, a, b)
    least = list(range(size))
    for left, right in zip(a.tolist(), b.tolist(), strict=True):
        one, other = least_joined(least, left), least_joined(least, right)
        least[max(one, other)] = min(one, other)
    number, label = 0, [0] * size
    for node, above in enumerate(least):  # `above` is never larger than its node: its number stands already
        if above == node:
            label[node], number = number, number + 1
        else:
            label[node] = label[above]
    return np.array(label, dtype=np.int64)


def least_joined(least: list[int], node: int) -> int:
    """The node that stands for all that a node is joined with so far (`components`: the smallest); halves the way there.

    least: of each node itself or one on the way to it; changed in place.
    """
    while node != least[node]:
        least[node] = least[least[node]]
        node = least[node]
    return node


def _sparse(size: int, a: Ints, b: Ints) -> Ints:
    graph = coo_matrix((np.ones(len(a), np.int8), (a, b)), shape=(size, size))
    label: Ints = connected_components(graph, directed=False)[1].astype(np.int64)
    return label
