"""The contribution table adds up and names what made the excess."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.detect.surges.explain import explain


def events(accounts: list[str], languages: list[str | None]) -> pl.DataFrame:
    return pl.DataFrame(
        {"account_id": accounts, "language": languages}, schema={"account_id": pl.String, "language": pl.String}
    )


PEOPLE = st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(["fr", "en", None])), max_size=30)


@settings(deadline=None, max_examples=50)
@given(PEOPLE, PEOPLE, st.integers(1, 7))
def test_every_partition_adds_up_to_the_whole(
    now: list[tuple[str, str]], before: list[tuple[str, str]], periods: int
) -> None:
    table = explain(
        events([e[0] for e in now], [e[1] for e in now]),
        events([e[0] for e in before], [e[1] for e in before]),
        periods,
    )
    for dimension in ("all", "accounts", "language"):
        part = table.filter(pl.col("dimension") == dimension)
        assert part["observed"].sum() == len(now)
        assert part["expected"].sum() == pytest.approx(len(before) / periods)


def test_new_accounts_in_one_language_are_named() -> None:
    before = events(["a", "b"] * 7, ["fr", "en"] * 7)
    now = events(["a", "b", *[f"n{i}" for i in range(10)]], ["fr", "en", *["en"] * 10])
    table = {(d, v): (o, e, s) for d, v, o, e, _, s in explain(now, before, 7).rows()}
    assert table["accounts", "new"] == (10, 0.0, 1.0)
    assert table["language", "en"] == (11, 1.0, 1.0)
    assert table["top_accounts", "top 1"][0] == 1


@settings(deadline=None, max_examples=50)
@given(PEOPLE, PEOPLE, st.integers(1, 7), st.floats(0.5, 40))
def test_parts_of_the_excess_add_up_to_that_of_the_surge(
    now: list[tuple[str, str]], before: list[tuple[str, str]], periods: int, expected: float
) -> None:
    past = events([e[0] for e in before], [e[1] for e in before])
    table = explain(events([e[0] for e in now], [e[1] for e in now]), past, periods, past["account_id"], expected)
    usual = expected if before else 0.0
    for dimension in ("all", "accounts", "language"):
        part = table.filter(pl.col("dimension") == dimension)
        assert part["excess"].sum() == pytest.approx(len(now) - usual)
    new = table.row(by_predicate=(pl.col("dimension") == "accounts") & (pl.col("value") == "new"), named=True)
    assert new["expected"] == 0


def test_no_period_is_refused() -> None:
    with pytest.raises(ValueError, match="periods"):
        explain(events([], []), events([], []), 0)
