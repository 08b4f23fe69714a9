"""Pair keys survive the shuffle, and a key that is there twice means two targets."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from veille.scale.blocks import packed, reducer, unpacked, up_to_twice

KEYS = st.lists(st.integers(0, (1 << 62) - 1), max_size=200)


@given(KEYS)
def test_keys_come_out_as_they_went_in(keys: list[int]) -> None:
    ascending = np.sort(np.array(keys, np.int64))
    assert unpacked(packed(ascending)).tolist() == ascending.tolist()


def test_near_keys_take_two_bytes_each() -> None:
    assert len(packed(np.arange(1000, dtype=np.int64))) == 8 + 2 * 1000


@given(KEYS, st.integers(1, 50))
def test_a_key_has_one_reducer_whichever_part_it_comes_from(keys: list[int], parts: int) -> None:
    array = np.array(keys, np.int64)
    placed = reducer(array, parts)
    assert set(placed.tolist()) <= set(range(parts))
    assert placed.tolist() == [int(reducer(array[k : k + 1], parts)[0]) for k in range(len(array))]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 4)), min_size=1, max_size=60))
def test_a_pair_is_told_once_for_each_target_and_at_most_twice(rows: list[tuple[int, int]]) -> None:
    pair, target = (np.array(side, np.int64) for side in zip(*rows, strict=True))
    told = up_to_twice(pair, target).tolist()
    met = {p: len({t for q, t in rows if q == p}) for p, _ in rows}
    assert {p: told.count(p) for p in met} == {p: min(n, 2) for p, n in met.items()}
    assert told == sorted(told)
