"""The published definitions on hand-worked tables."""

import polars as pl

from tests.unit.detect.coordination.planted import frame
from veille.detect.coordination import compat


def _edges(pairs: pl.DataFrame) -> list[tuple[str, str, int]]:
    return [tuple(row) for row in pairs.select("account_a", "account_b", "weight").rows()]


def test_coortweet_counts_row_pairs_inclusive() -> None:
    rows = [("a", "o", 0.0), ("b", "o", 60.0), ("a", "o", 100.0), ("c", "o", 161.0), ("a", "u", 0.0), ("b", "u", 61.0)]
    rows += [("c", "v", 0.0)]
    pairs = compat.coortweet(frame(rows, [f"m{k}" for k in range(7)]), 60, 1)
    assert _edges(pairs) == [("a", "b", 2)]


def test_coortweet_drops_accounts_with_few_rows_before_pairing() -> None:
    rows = [("a", "o", 0.0), ("b", "o", 5.0), ("a", "x", 900.0)]
    assert _edges(compat.coortweet(frame(rows, ["1", "2", "3"]), 60, 2)) == []


def test_coortweet_drops_same_message_and_own_object() -> None:
    rows = [("a", "o", 0.0), ("b", "o", 5.0), ("c", "o", 8.0), ("d", "o", 9.0)]
    pairs = compat.coortweet(frame(rows, ["same", "same", "o", "m"]), 60, 1)
    assert _edges(pairs) == [("a", "d", 1), ("b", "d", 1)]


def test_coortweet_keeps_a_pair_if_either_side_took_part_often() -> None:
    """a meets b and c in two messages; d and e meet once each and have their second row elsewhere, alone."""
    rows = [("a", "o", 0.0), ("b", "o", 5.0), ("a", "u", 0.0), ("c", "u", 5.0)]
    rows += [("b", "z", 9e3), ("c", "z", 2e4), ("d", "w", 0.0), ("e", "w", 5.0), ("d", "y", 9e3), ("e", "y", 2e4)]
    pairs = compat.coortweet(frame(rows, [f"m{k}" for k in range(len(rows))]), 60, 2)
    assert _edges(pairs) == [("a", "b", 1), ("a", "c", 1)]


def test_cnt_counts_distinct_messages_by_direction() -> None:
    rows = [("a", "o", 0.0), ("b", "o", 10.0), ("b", "o", 60.0), ("b", "o", 121.0), ("a", "o", 500.0)]
    pairs = compat.cnt(frame(rows, ["1", "2", "3", "4", "5"]), 60)
    assert pairs.select("account_a", "account_b", "weight_ab", "weight_ba", "weight").rows() == [("a", "b", 1, 2, 2)]


def test_cnt_counts_a_message_once_over_targets() -> None:
    rows = [("a", "o", 0.0), ("a", "u", 0.0), ("b", "o", 1.0), ("b", "u", 2.0), ("a", "o", 3.0)]
    pairs = compat.cnt(frame(rows, ["1", "1", "2", "3", "4"]), 60)
    assert pairs.select("weight_ab", "weight_ba").rows() == [(2, 2)]


def test_nobody_together() -> None:
    rows = frame([("a", "o", 0.0), ("b", "u", 0.0)])
    for pairs in (
        compat.cnt(rows, 60),
        compat.coortweet(rows, 60, 1),
        compat.cnt(frame([]), 60),
        compat.coortweet(frame([]), 60),
    ):
        assert len(pairs) == 0
        assert len(compat.components(pairs)) == 0


def test_components() -> None:
    rows = [("a", "o", 0.0), ("b", "o", 1.0), ("b", "u", 900.0), ("c", "u", 901.0), ("x", "v", 0.0), ("y", "v", 1.0)]
    clusters = compat.components(compat.cnt(frame(rows), 60))
    assert clusters.select("cluster_id", "account_id").rows() == [
        ("C0001", "a"),
        ("C0001", "b"),
        ("C0001", "c"),
        ("C0002", "x"),
        ("C0002", "y"),
    ]
