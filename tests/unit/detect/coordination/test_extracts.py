"""Small extracts: an obvious group is named, and the number that would do does."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from veille.detect.coordination import detect, too_few

START = datetime(2026, 1, 3, tzinfo=UTC)


def extract(others: int, group: int = 5, targets: int = 6) -> pl.DataFrame:
    """A group that meets on each target within seconds, and mentions by others all over the week."""
    rows = [
        (f"chorus_{who}", f"target_{which}", START + timedelta(hours=20 * which, seconds=3 * who))
        for which in range(targets)
        for who in range(group)
    ]
    rows += [
        (f"other_{n // 2}", f"target_{n % targets}", START + timedelta(minutes=(n * 7919) % 10_000))
        for n in range(others)
    ]
    return pl.DataFrame(rows, schema=["account_id", "target_id", "occurred_at"], orient="row")


@pytest.mark.parametrize("others", [0, 20, 70])
def test_an_obvious_group_in_a_few_dozen_rows_is_named_with_the_number_that_would_do(others: int) -> None:
    mentions = extract(others)
    few = too_few(mentions, detect(mentions))
    assert few is not None
    assert (few.accounts, few.targets, few.mentions) == (5, 6, len(mentions))
    assert few.enough is not None
    assert few.sentence.startswith("Too few to validate: 5 accounts act together on 6 targets")
    enough = extract(few.enough - 30)
    found = detect(enough)
    assert set(found.clusters.filter(tier="validated")["account_id"]) == {f"chorus_{n}" for n in range(5)}
    assert too_few(enough, found) is None


def test_nothing_is_said_without_a_group() -> None:
    for mentions in (extract(60, group=0), extract(60, group=2), extract(0, targets=1)):
        assert too_few(mentions, detect(mentions)) is None
