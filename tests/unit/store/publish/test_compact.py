"""Compaction: the same rows in fewer files, while readers hold the old ones."""

from datetime import datetime, timedelta

import pytest

from tests.unit.store.publish.conftest import NOON, Site
from veille.store.publish import compact as compact_module

pytestmark = pytest.mark.slow

QUERIES = (
    "SELECT * FROM exchanges ORDER BY ALL",
    "SELECT * FROM requests_minute ORDER BY ALL",
    "SELECT * FROM production_hour ORDER BY ALL",
    "SELECT * FROM coverage ORDER BY ALL",
    "SELECT * FROM feed ORDER BY ALL",
)


def _fill(site: Site, cuts: int, since: datetime = NOON, every: timedelta = timedelta(minutes=1)) -> datetime:
    """Cuts of one mention and an answer to the one before, `every` apart; returns the time of the last."""
    now = since
    for number in range(cuts):
        now = since + number * every
        site.private.add("mentions", f"m{now}", now)
        site.private.add("generations", f"g{now}", now, mention_id=f"m{now - every}")
        site.commit(now)
    return now


def test_many_cuts_become_few_segments_with_the_same_rows(site: Site) -> None:
    now = _fill(site, 10)
    before = [site.rows(query) for query in QUERIES]
    assert len(site.listed("mentions")) == 10
    assert site.compact(now) > 0
    assert [site.rows(query) for query in QUERIES] == before
    assert len(site.listed("mentions")) == 1
    _fill(site, 1, now + timedelta(minutes=1))
    before = [site.rows(query) for query in QUERIES]
    assert site.compact(now + timedelta(minutes=2)) == 0
    assert site.compact(NOON + timedelta(days=2)) > 0
    assert [site.rows(query) for query in QUERIES] == before
    assert site.listed("mentions") == [("day=2026-03-10", 11)]
    assert site.compact(NOON + timedelta(days=2)) == 0


def test_rows_stay_in_the_order_of_time(site: Site) -> None:
    for number in (3, 1, 2):
        site.private.add("mentions", f"m{number}", NOON + timedelta(minutes=number))
        site.commit(NOON + timedelta(minutes=5))
    site.compact(NOON + timedelta(days=2))
    (path,) = site.rows("SELECT path FROM segments WHERE relation = 'mentions'")[0]
    times = site.rows(f"SELECT occurred_at FROM read_parquet('{site.folder / path}')")
    assert times == sorted(times)


def test_a_month_becomes_one_file_and_a_year_too(site: Site) -> None:
    _fill(site, 6, datetime(2026, 1, 2), timedelta(days=5))
    site.compact(NOON)
    assert len(site.listed("mentions")) == 6
    before = [site.rows(query) for query in QUERIES]
    site.compact(NOON + timedelta(days=60))
    assert site.listed("mentions") == [("month=2026-01", 6)]
    site.compact(NOON + timedelta(days=1100))
    assert site.listed("mentions") == [("year=2026", 6)]
    assert [site.rows(query) for query in QUERIES] == before


def test_mixed_segments_are_split(site: Site) -> None:
    for day in range(9):
        site.private.add("mentions", f"m{day}", NOON - timedelta(days=day))
    site.commit(NOON)
    assert ("day=mixed", 5) in site.listed("mentions")
    before = [site.rows(query) for query in QUERIES]
    site.compact(NOON + timedelta(minutes=11))
    assert site.listed("mentions") == [(f"day=2026-03-{day:02}", 1) for day in range(2, 11)]
    assert [site.rows(query) for query in QUERIES] == before


def test_changes_that_cancel_out_vanish(site: Site) -> None:
    site.private.add("mentions", "m1", NOON)
    site.commit(NOON)
    site.private.add("generations", "g1", NOON + timedelta(minutes=1), mention_id="m1", outcome="refused")
    site.commit(NOON + timedelta(minutes=1))
    assert sum(rows for _, rows in site.listed("requests_minute")) == 3
    site.compact(NOON + timedelta(days=2))
    assert site.listed("requests_minute") == [("day=2026-03-10", 1)]


def test_a_replaced_segment_lives_until_it_expires(site: Site) -> None:
    now = _fill(site, 9)
    first = set(site.files())
    site.compact(now)
    assert first <= set(site.files())
    site.compactor.step(now + timedelta(minutes=14))
    assert first <= set(site.files())
    site.compact(now + timedelta(minutes=16))
    listed = {path for (path,) in site.rows("SELECT path FROM segments")}
    kept = set(site.files())
    assert not listed - kept
    assert len(first & kept) < len(first)


def test_a_crash_before_the_swap_leaves_the_old_segments(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    now = _fill(site, 9)
    before, files = [site.rows(query) for query in QUERIES], site.files()
    with monkeypatch.context() as patch:
        patch.setattr(compact_module.Compactor, "_swap", _crash)
        with pytest.raises(KeyboardInterrupt):
            site.compactor.step(now)
    assert site.files() == files
    site.restart(now)
    assert [site.rows(query) for query in QUERIES] == before
    assert site.compact(now) > 0
    assert [site.rows(query) for query in QUERIES] == before


def _crash(*_: object) -> None:
    raise KeyboardInterrupt
