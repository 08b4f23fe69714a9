"""Components are those of scipy, with the same numbers, whichever way they are computed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from veille.detect import components as module
from veille.detect.components import components

EDGES = st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=40)


@given(EDGES)
def test_components_are_numbered_by_their_smallest_node(edges: list[tuple[int, int]]) -> None:
    a, b = (np.array([edge[side] for edge in edges], dtype=np.int64) for side in (0, 1))
    graph = coo_matrix((np.ones(len(a)), (a, b)), shape=(20, 20))
    expected = connected_components(graph, directed=False)[1]
    assert components(20, a, b).tolist() == expected.tolist()


def test_many_edges_give_the_same_as_few(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(3)
    a, b = chance.integers(0, 500, (2, 300))
    few = components(500, a, b)
    monkeypatch.setattr(module, "SMALL", 0)
    assert components(500, a, b).tolist() == few.tolist()
