"""The planner: which segments it would merge, over months of cuts, without a file."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.store.publish.plan import CompactionJob, next_job
from veille.store.publish.relations import (
    MIXED_PARTITION,
    RELATIONS,
    Calendar,
    day_partition,
    month_partition,
    parse_partition,
    year_partition,
)
from veille.store.publish.segments import Segment

MENTIONS = RELATIONS["mentions"]
NOON = datetime(2026, 3, 10, 12)


def _segment(name: str, partition: str, at: datetime, rows: int, created_at: datetime) -> Segment:
    return Segment(
        path=name,
        relation="mentions",
        partition=partition,
        first_at=at,
        last_at=at,
        row_count=rows,
        byte_count=rows * 50,
        created_at=created_at,
    )


class _Shelf:
    """Applies jobs as the compactor would, and counts rewritten rows."""

    def __init__(self) -> None:
        self.segments: list[Segment] = []
        self.rewritten = 0
        self._number = 0

    def cut(self, partition: str, at: datetime, rows: int, now: datetime) -> None:
        self._number += 1
        self.segments.append(_segment(str(self._number), partition, at, rows, now))

    def compact(self, now: datetime) -> None:
        calendar = Calendar(now.date())
        while job := next_job(MENTIONS, self.segments, calendar, now):
            self._apply(job, calendar, now)

    def _apply(self, job: CompactionJob, calendar: Calendar, now: datetime) -> None:
        rows = sum(segment.row_count for segment in job.inputs)
        self.rewritten += rows
        self.segments = [segment for segment in self.segments if segment not in job.inputs]
        if job.partition is not None:
            self.cut(job.partition, max(segment.last_at for segment in job.inputs), rows, now)
            return
        for partition in {calendar.partition(segment.first_at.date()) for segment in job.inputs}:
            self.cut(partition.name, partition.since, max(1, rows // len(job.inputs)), now)


def test_a_busy_day_keeps_few_files_and_rewrites_rows_rarely() -> None:
    shelf, now, most = _Shelf(), NOON, 0
    cuts = 8_000
    for number in range(cuts):
        now = NOON + number * timedelta(seconds=0.5)
        shelf.cut("day=2026-03-10", now, 5000, now)
        if number % 4 == 0:
            shelf.compact(now)
            most = max(most, len(shelf.segments))
    assert most <= 40
    assert shelf.rewritten / (cuts * 5000) <= 6


def test_months_of_days_with_late_rows_stay_below_the_limit() -> None:
    shelf, most = _Shelf(), 0
    for day in range(150):
        now = NOON + timedelta(days=day)
        calendar = Calendar(now.date())
        for hour in range(0, 24, 6):
            at = now + timedelta(hours=hour)
            shelf.cut(calendar.partition(at.date()).name, at, 10_000, at)
            shelf.cut(MIXED_PARTITION, at - timedelta(days=hour), 10, at)
            shelf.cut(calendar.partition((at - timedelta(days=100)).date()).name, at - timedelta(days=100), 10, at)
            shelf.compact(at)
            most = max(most, len(shelf.segments))
    assert most <= 300
    names = {segment.partition.partition("=")[0] for segment in shelf.segments}
    assert names == {"day", "month"}


def test_past_day_becomes_one_file() -> None:
    shelf = _Shelf()
    for number in range(5):
        shelf.cut("day=2026-03-09", datetime(2026, 3, 9, number), 1000 * 7**number, NOON)
    shelf.compact(NOON)
    assert len(shelf.segments) == 1


def test_a_few_late_rows_wait_before_a_large_file_is_rewritten() -> None:
    shelf = _Shelf()
    shelf.cut("day=2026-03-09", datetime(2026, 3, 9), 1_000_000, NOON)
    shelf.cut("day=2026-03-09", datetime(2026, 3, 9), 10, NOON)
    shelf.compact(NOON + timedelta(hours=1))
    assert len(shelf.segments) == 2
    shelf.compact(NOON + timedelta(hours=7))
    assert len(shelf.segments) == 1


@given(
    day=st.dates(date(1970, 1, 1), date(2026, 11, 23)),
    today=st.dates(date(2026, 1, 1), date(2036, 1, 1)),
    finest=st.sampled_from(["day", "month"]),
)
@settings(max_examples=200, deadline=None)
def test_a_partition_holds_its_day_and_its_name_says_which(day: date, today: date, finest: str) -> None:
    partition = Calendar(today).partition(day, "month" if finest == "month" else "day")
    assert partition.since.date() <= day < partition.until.date()
    assert parse_partition(partition.name) == partition


@pytest.mark.parametrize(
    ("days", "expected"), [(0, day_partition), (59, day_partition), (100, month_partition), (1200, year_partition)]
)
def test_older_days_share_larger_partitions(days: int, expected: type[object]) -> None:
    day = NOON.date() - timedelta(days=days)
    assert Calendar(NOON.date()).partition(day) == expected(day)  # type: ignore[call-arg]


def test_partitions_since_1970_are_bounded() -> None:
    calendar = Calendar(NOON.date())
    days = (date(1970, 1, 1) + timedelta(days=number) for number in range(20_522))
    assert len({calendar.partition(day) for day in days}) <= 62 + 31 + 24 + 56
