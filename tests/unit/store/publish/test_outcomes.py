"""Every outcome of the contract is published: alone, and with every other one in either order of time and of arrival."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import product

import pytest

from tests.unit.store.publish.conftest import NOON, Site
from veille.config import Publish
from veille.events import OUTCOMES

PAIRS = [*((one, None) for one in OUTCOMES), *product(OUTCOMES, OUTCOMES)]
"""Answers to one mention each, in the order of their time."""
MINUTE = timedelta(minutes=1)


def final(answers: tuple[str, str | None]) -> str:
    """The latest judged answer, `unknown` where none is judged."""
    return next((each for each in reversed(answers) if each not in (None, "unknown")), None) or "unknown"


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Each pair three times: with its mention in one batch; the later answer a batch before the earlier one; before the mention."""
    site = Site(tmp_path_factory.mktemp("site"), Publish())
    for place, pair in enumerate(PAIRS):
        for way in ("together", "backwards", "early"):
            _answer(site, f"{way}-{place}", pair[1], 2)
            if way != "early":
                site.private.add("mentions", f"{way}-{place}", NOON, platform=way)
            if way == "together":
                _answer(site, f"{way}-{place}", pair[0], 1)
    site.commit(NOON + timedelta(hours=1))
    for place, pair in enumerate(PAIRS):
        for way in ("backwards", "early"):
            _answer(site, f"{way}-{place}", pair[0], 1)
        site.private.add("mentions", f"early-{place}", NOON, platform="early")
    site.commit(NOON + timedelta(hours=2))
    yield site
    site.reader.close()
    site.close()


def _answer(site: Site, mention: str, outcome: str | None, minutes: int) -> None:
    if outcome is not None:
        at = NOON + minutes * MINUTE
        site.private.add("generations", f"{mention}-{minutes}", at, mention_id=mention, outcome=outcome)


def test_every_outcome_has_a_rank_of_its_own_and_the_judged_ones_stand_above(full: Site) -> None:
    same = "TIMESTAMP '2026-03-10', TIMESTAMP '2026-03-10'"
    later = "TIMESTAMP '2199-12-31', TIMESTAMP '2199-12-31'"
    sql = f"SELECT answer_rank({{}}, unnest({list(OUTCOMES)!r}))"
    ranks = [rank for (rank,) in full.rows(sql.format(same))]
    assert None not in ranks
    assert len(set(ranks)) == len(OUTCOMES)
    (unknown,) = [full.rows(sql.format(later))[OUTCOMES.index("unknown")][0]]
    assert all(rank > unknown for rank, outcome in zip(ranks, OUTCOMES, strict=True) if outcome != "unknown")
    private = full.private.connection.execute(sql.format(same)).fetchall()
    assert [rank for (rank,) in private] == ranks


@pytest.mark.parametrize("afresh", [False, True], ids=["cut", "rebuilt"])
def test_the_final_answer_is_the_latest_judged_one(full: Site, *, afresh: bool) -> None:
    if afresh:
        full.publisher.rebuild(NOON + timedelta(hours=3))
    expected = Counter(final(pair) for pair in PAIRS)
    for way in ("together", "backwards", "early"):
        found = full.rows(f"SELECT outcome, count(*) FROM exchanges WHERE platform = '{way}' GROUP BY ALL")
        assert dict(found) == expected
        for grain in ("minute", "hour", "day"):
            rolled = full.rows(
                f"SELECT outcome, sum(requests) FROM requests_{grain} WHERE platform = '{way}' GROUP BY ALL"
            )
            assert dict(rolled) == expected
    made = Counter(each for pair in PAIRS for each in pair if each for _ in range(3))
    for grain in ("minute", "hour", "day"):
        assert dict(full.rows(f"SELECT outcome, sum(generations) FROM production_{grain} GROUP BY ALL")) == made
