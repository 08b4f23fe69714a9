import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from veille.store.seen import Hashes, SeenIndex, leading_64_bits


def added(index: SeenIndex, hashes: Hashes) -> NDArray[np.bool_]:
    """Add what is new, as ingest does; returns which."""
    mask = index.new_mask(hashes)
    index.add(hashes[mask])
    return mask


@given(st.lists(st.lists(st.integers(0, 40), max_size=30), max_size=12))
def test_it_is_a_set(batches: list[list[int]]) -> None:
    index, known = SeenIndex(), set[int]()
    for batch in batches:
        mask = added(index, np.array(batch, np.uint64))
        expected = []
        for value in batch:
            expected.append(value not in known)
            known.add(value)
        assert mask.tolist() == expected
    assert len(index) == len(known)


def test_runs_stay_few_and_memory_eight_bytes_an_id() -> None:
    index, rng = SeenIndex(), np.random.default_rng(1)
    for _ in range(200):
        added(index, rng.integers(0, 2**63, 500, dtype=np.uint64))
    assert len(index._runs) <= 10
    assert index.nbytes == 8 * len(index)


def test_the_hash_is_the_leading_half() -> None:
    raw = bytes(range(32))
    assert leading_64_bits(np.frombuffer(raw, np.uint8)).tolist() == [
        int.from_bytes(raw[:8]),
        int.from_bytes(raw[16:24]),
    ]
