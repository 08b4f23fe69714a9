"""Time without events costs nothing and changes nothing: what is left out gives what stepping through it gives."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.amounts import amount
from tests.shared_data import shared_case
from tests.unit.detection import test_coordination as coordination
from tests.unit.detection.events import LATER, add
from tests.unit.detection.test_surges import Event, background, crowd
from tests.unit.make import KEY, chunk, mention
from veille.config import Settings, Store
from veille.detect.surges.stream import stream as streams
from veille.detect.surges.stream.stream import SurgeStream
from veille.detection.coordination.detector import ClusterDetector
from veille.detection.grid import BIN, Grid
from veille.detection.history import detect_history
from veille.detection.surges.detector import SurgeDetector
from veille.ingest.decode import Decoder
from veille.ingest.writer import Writer
from veille.stopping import StoppedError
from veille.store.database import Database
from veille.store.findings import Findings

pytestmark = pytest.mark.slow

START = datetime(2026, 1, 1)
DAY = timedelta(days=1)
SURGES = ("surges", "drops", "insistent_accounts")
SHORT = 400
PASSING = ("version", "known_at", "decided_at")


@pytest.fixture
def database() -> Iterator[Database]:
    opened = Database(None, Store(reserve_mib=0), KEY)
    yield opened
    opened.close()


def later(events: Sequence[Event], by: timedelta, mark: str) -> list[Event]:
    return [
        one
        | {
            "event_id": f"{mark}{one['event_id']}",
            "occurred_at": f"{datetime.fromisoformat(one['occurred_at'].removesuffix('Z')) + by}Z".replace(" ", "T"),
        }
        for one in events
    ]


def found(events: Sequence[Event], *, live: bool = False) -> dict[str, pl.DataFrame]:
    opened = Database(None, Store(reserve_mib=0), KEY)
    add(opened, events)
    findings = Findings(opened)
    newest = opened.frame("detect/grid/newest").item()
    Grid(opened, [SurgeDetector(opened, findings, Settings())]).advance(newest + BIN, live=live)
    tables = {name: findings.latest(name).drop(PASSING, strict=False) for name in SURGES}
    opened.close()
    return tables


def same(one: dict[str, pl.DataFrame], other: dict[str, pl.DataFrame]) -> bool:
    return all(one[name].sort(pl.all()).equals(other[name].sort(pl.all())) for name in one)


@pytest.mark.parametrize("live", [False, True])
def test_what_is_left_out_between_two_surges_changes_nothing(monkeypatch: pytest.MonkeyPatch, live: bool) -> None:
    monkeypatch.setattr(streams, "SETTLED", SHORT)
    story = [*background(), *crowd("tx", START + timedelta(hours=26))]
    events = [*story, *later(story, timedelta(days=6, minutes=35), "b")]
    left_out = found(events, live=live)
    with monkeypatch.context() as patch:
        patch.setattr(SurgeStream, "resting", False)
        assert same(found(events), left_out)
    assert len(left_out["surges"].filter(pl.col("series_kind") == "target")) == 2
    assert not left_out["surges"]["closed_at"].null_count()


bursts = st.lists(
    st.tuples(st.integers(0, 16), st.integers(1, 30), st.integers(1, 3), st.booleans()), min_size=1, max_size=5
)
"""Quarter days before a burst: up to twice as many as a day's lull and SHORT bins of rest; requests, targets, one account or many."""


@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(drawn=bursts)
def test_random_bursts_with_random_silences(drawn: list[tuple[int, int, int, bool]]) -> None:
    events: list[Event] = []
    at = START
    for number, (quarter_days, size, targets, one_person) in enumerate(drawn):
        at += quarter_days * DAY / 4
        events += [
            mention(
                number * 1000 + i,
                occurred_at=f"{(at + i * timedelta(seconds=41)).isoformat()}Z",
                target_id=f"t{i % targets}",
                account_id="one" if one_person else f"a{number}-{i}",
            )
            for i in range(size)
        ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streams, "SETTLED", SHORT)
        left_out = found(events)
        patch.setattr(SurgeStream, "resting", False)
        assert same(found(events), left_out)


def test_a_busy_feed_that_dies_leaves_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its series are not judged while it is dead, so their surges and drops would stay open for ever."""
    monkeypatch.setattr(streams, "SETTLED", SHORT)
    busy = [
        mention(
            i, occurred_at=f"{(START + i * timedelta(seconds=30)).isoformat()}Z", target_id=f"t{i}", account_id=f"a{i}"
        )
        for i in range(4 * 2880)
    ]
    end = START + 4 * DAY
    flood = [
        mention(
            20_000 + i,
            occurred_at=f"{(end + i * timedelta(seconds=1)).isoformat()}Z",
            target_id=f"u{i}",
            account_id=f"b{i}",
        )
        for i in range(1500)
    ]
    tables = found([*busy, *flood, *later(busy[:3], 10 * DAY, "z")])
    assert len(tables["surges"])
    assert not tables["surges"]["closed_at"].null_count()
    assert not tables["drops"]["closed_at"].null_count()


def test_years_cost_no_steps(monkeypatch: pytest.MonkeyPatch, database: Database) -> None:
    steps = 0
    step = SurgeStream.step

    def counted(self: SurgeStream, *arguments: Any) -> Any:
        nonlocal steps
        steps += 1
        return step(self, *arguments)

    monkeypatch.setattr(SurgeStream, "step", counted)
    moments = ["2007-03-01T00:00:00Z", "2016-05-05T10:00:00Z", "2026-01-05T10:00:00Z", "2026-01-05T10:10:00Z"]
    add(database, [mention(number, occurred_at=at) for number, at in enumerate(moments)])
    detect_history(database, Settings(), lambda left: None)
    assert steps <= 2 * (streams.SETTLED + 1) + 3


def test_clusters_are_the_same_over_a_silence(monkeypatch: pytest.MonkeyPatch, database: Database) -> None:
    story = coordination._events()
    events = [*story, *later(story, timedelta(days=23), "b")]
    add(database, events)
    stepped = Database(None, Store(reserve_mib=0), KEY)
    add(stepped, events)
    hours: list[int] = []
    for one, jumps in ((database, True), (stepped, False)):
        hours.append(0)
        detector = ClusterDetector(one, Findings(one), coordination._settings())
        engine_step = detector._engine.step

        def counted(at: datetime, engine_step: Any = engine_step) -> Any:
            hours[-1] += 1
            return engine_step(at)

        detector._engine.step = counted  # type: ignore[method-assign]
        if not jumps:
            detector._settled = 1000 * DAY
        Grid(one, [detector]).advance(one.frame("detect/grid/newest").item(), live=False)
    assert coordination._equal(database, stepped)
    assert hours[0] < hours[1] - 24 * 12
    stepped.close()


def test_a_stop_leaves_at_once_and_the_same_call_goes_on() -> None:
    story = [*background(), *crowd("tx", START + timedelta(hours=26))]
    whole = found(story)
    database = Database(None, Store(reserve_mib=0), KEY)
    add(database, story)
    calls = 0

    def stop() -> bool:
        nonlocal calls
        calls += 1
        return calls % 700 == 0

    for _ in range(40):
        try:
            detect_history(database, Settings(), lambda left: None, stop)
            break
        except StoppedError:
            continue
    else:
        pytest.fail("it never came to the end")
    assert calls > 700
    detect_history(database, Settings(), lambda left: None)
    newest = database.frame("detect/grid/newest").item()
    Grid(database, [SurgeDetector(database, Findings(database), Settings())]).advance(newest + BIN, live=False)
    findings = Findings(database)
    assert same({name: findings.latest(name).drop(PASSING, strict=False) for name in SURGES}, whole)
    database.close()


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "letters"),
    amount([("events", 1), ("slip2025", 0)], [("events", 1), ("slip2022", 0), ("slip2025", 0)]),
)
def test_one_row_with_a_slipped_date(database: Database, name: str, letters: int) -> None:
    lines = shared_case(f"epoch_slip/{name}.ndjson").read_bytes().splitlines()
    decoded = Decoder(KEY)([chunk(lines, None)], LATER)
    assert [letter.violation.rule for letter in decoded.letters] == ["past"] * letters
    Writer(database).write(decoded, {}, LATER)
    steps = detect_history(database, Settings(), lambda left: None).steps
    assert steps < 3 * 288 * 8
