"""A storm beyond the memory for mentions: what is found about first-time targets stays, and what was left out is told."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from tests.unit.detect.surges.make import SMALL, START, Row, background, crowd, frame
from tests.unit.make import KEY
from veille.config import Store, Surges
from veille.detect.surges.records import Surge
from veille.detect.surges.sparse.detector import SparseDetector
from veille.detect.surges.sparse.recent import EventArrays
from veille.detect.surges.sparse.room import left_out
from veille.detection.surges.records import left_out_rows
from veille.detection.surges.settings import stream_params
from veille.store.database import Database
from veille.store.findings import Findings

DAY = 288 * 300
FIRST = ("new0", "new1", "new2")


def storm() -> list[Row]:
    """Two days of a background, then a storm about five targets long known, and in its midst three first-time targets."""
    rows = background(3, bins=3 * 288, targets=60)
    for number in range(5):
        rows += crowd(f"t{number}", 2 * DAY, 3000, DAY // 2)
    for number, target in enumerate(FIRST):
        rows += crowd(target, 2 * DAY + 3600 * (3 + 2 * number), 25, 1200)
    return sorted(rows, key=lambda row: row[2])


def run(max_rows: int) -> tuple[SparseDetector, list[Surge], list[int]]:
    detector = SparseDetector(replace(SMALL, max_rows=max_rows))
    events = storm()
    found: list[Surge] = []
    sizes = []
    place = 0
    for bin_ in range(3 * 288):
        start = place
        while place < len(events) and events[place][2] < (bin_ + 1) * 300:
            place += 1
        step = detector.step(START + bin_, frame(events[start:place]))
        found += [*step.opened, *step.updated, *step.closed]
        sizes.append(len(detector.known.recent))
    return detector, found, sizes


def test_findings_about_first_time_targets_are_unchanged_where_the_limit_bites() -> None:
    free, everything, _ = run(1_000_000)
    bound, less, sizes = run(4_000)
    assert (free.known.left_out, bound.known.left_out > 5_000) == (0, True)
    assert max(sizes) <= 4_000
    about = [surge for surge in everything if surge.series_key in FIRST]
    assert {surge.series_key for surge in about} == set(FIRST)
    # The error rate is of all targets of a step, so a neighbour's q may differ; who, when and how many may not.
    told = [(s.series_key, s.opened_at, s.closed_at, s.observed, s.accounts, s.p_value) for s in about]
    assert told == [
        (s.series_key, s.opened_at, s.closed_at, s.observed, s.accounts, s.p_value)
        for s in less
        if s.series_key in FIRST
    ]
    opened = {s.series_key for s in everything if s.series_key.startswith("t")}
    assert opened == {s.series_key for s in less if s.series_key.startswith("t")}


def rows_of(series: list[int]) -> EventArrays:
    """One event a second, each by an account of its own."""
    at = np.arange(len(series), dtype=np.int64) * 1_000_000
    return EventArrays((at // 300_000_000).astype(np.int32), np.array(series, np.int32), at.astype(np.uint64), at)


def test_more_first_time_targets_than_room_leaves_those_mentioned_last() -> None:
    leaving = left_out(rows_of(list(range(1000))), np.zeros(1000, bool), 100)
    assert leaving is not None
    assert np.flatnonzero(~leaving).tolist() == list(range(909, 1000))


def test_room_is_used_where_some_of_equal_targets_must_lose_one() -> None:
    leaving = left_out(rows_of([*range(60), *range(60)]), np.zeros(60, bool), 100)
    assert leaving is not None
    assert int((~leaving).sum()) == 91
    assert not leaving[60:].any()


def test_the_limit_follows_from_the_memory_setting() -> None:
    params = stream_params(Surges(memory_mib=36))
    assert params.sparse.max_rows == 1 << 20


@pytest.fixture
def database() -> Iterator[Database]:
    opened = Database(None, Store(), KEY)
    yield opened
    opened.close()


def test_what_was_left_out_is_on_record_by_hour(database: Database) -> None:
    findings, noon, now = Findings(database), datetime(2026, 1, 5, 12), datetime.now(UTC)
    findings.record("mentions_left_out", left_out_rows({noon: 5}, noon), now)
    findings.record("mentions_left_out", left_out_rows({noon: 9, noon + timedelta(hours=1): 2}, noon), now)
    before = now.replace(tzinfo=None) - timedelta(hours=1)
    assert database.frame("detect/surges/left_out_since", since=before).item() == 11
    assert database.frame("detect/surges/left_out_since", since=before + timedelta(hours=2)).item() == 0
    assert findings.latest("mentions_left_out")["mentions"].to_list() == [9, 2]
