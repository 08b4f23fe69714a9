"""Incident detection over a real database: replay and live, step by step or at once, stopped and started again."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from tests.unit.incidents.make import START, at, target
from tests.unit.make import KEY, chunk, mention
from veille.config import Settings, Store
from veille.detection.incidents import IncidentDetection
from veille.incidents.health import Health
from veille.ingest.decode import Decoder
from veille.ingest.writer import Writer
from veille.store.database import Database
from veille.store.findings import Findings

UNTIL = 3 * 24 * 60


@pytest.fixture
def base() -> Iterator[Database]:
    made = Database(None, Store(), KEY)
    yield made
    made.close()


def surge(
    name: str, minutes: int, *, closed: int | None = None, number: int | None = 1, **fields: Any
) -> dict[str, Any]:
    kind, key = ("target", target(number)) if number is not None else ("request_class", "sexualising")
    return {
        "surge_id": name * 16,
        "decided_at": at(minutes),
        "series_kind": kind,
        "series_key": key,
        "target_id": target(number) if number is not None else None,
        "opened_at": START,
        "since": START,
        "peak_at": START,
        "closed_at": None if closed is None else at(closed),
        "observed": 900,
        "expected": 100.0,
        "low": 80.0,
        "high": 120.0,
        "accounts": 400,
        "score": 9.0,
        "p_value": 1e-9,
        "q_value": 1e-8,
        "window_seconds": 3600,
        "reason": None,
        "explanation": None,
        **fields,
    }


HISTORY = [
    surge("a1", 5),
    surge("b2", 70, number=None),
    surge("c3", 80, number=2),
    surge("a1", 100, closed=90),
    surge("b2", 300, closed=290, number=None),
    surge("c3", 310, closed=300, number=2),
    surge("d4", 2000, closed=1990, number=3),
]


def record(base: Database, rows: list[dict[str, Any]]) -> None:
    findings = Findings(base)
    for row in rows:
        findings.record("surges", pl.DataFrame([row]), at(0))


def ask(base: Database, count: int, since: float, until: float) -> None:
    """So many sexualising requests about as many targets, spread evenly."""
    events = [
        mention(
            int(since * 10_000) + n,
            occurred_at=(at(since + (until - since) * n / count)).isoformat() + "Z",
            target_id=f"creator_{since}_{n}",
        )
        for n in range(count)
    ]
    now = START.replace(tzinfo=UTC) + timedelta(days=9)
    assert Writer(base).write(Decoder(KEY)([chunk(events)], now), {}, now).accepted == count


def rows(base: Database, table: str) -> list[tuple[Any, ...]]:
    drop = "EXCLUDE (known_at)" if table != "outbox" else ""
    return base.cursor().execute(f"SELECT * {drop} FROM {table} ORDER BY ALL").fetchall()


def state(base: Database) -> list[Any]:
    return [rows(base, t) for t in ("incidents", "incident_events", "incident_findings", "incident_targets")]


def running(
    base: Database, *, live: bool = False, now: datetime = START, decided: list[datetime] | None = None
) -> IncidentDetection:
    """decided: its only member is the event time that detection has decided."""
    until = (lambda: decided[0]) if decided else lambda: None
    return IncidentDetection(base, Findings(base), Settings(), live=live, decided=until, clock=lambda: now)


@pytest.mark.parametrize("restart", [False, True])
def test_a_replay_may_step_once_or_at_every_bin_and_sends_nothing(base: Database, *, restart: bool) -> None:
    other = Database(None, Store(), KEY)
    for one in (base, other):
        ask(one, 300, 10, 70)
        ask(one, 1100, 230, 290)
    record(base, HISTORY)
    running(base).step(at(UNTIL), final=True)
    stepping = running(other)
    for minutes in range(5, UNTIL + 1, 5):
        due = [row for row in HISTORY if at(minutes - 5) < row["decided_at"] <= at(minutes)]
        if due or minutes % 360 == 0:
            record(other, due)
            stepping = running(other) if restart else stepping
            stepping.step(at(minutes), final=True)
    assert state(other) == state(base)
    assert rows(base, "outbox") == []
    states = {
        row[-1]: row[0]
        for row in base.cursor().execute("SELECT state, rule FROM incidents ORDER BY version").fetchall()
    }
    assert states == {"global-surge": "resolved", "target-surge": "resolved"}
    other.close()


@pytest.mark.parametrize("restart", [False, True])
def test_a_stream_of_old_events_gives_what_a_replay_gives_and_faults_keep_the_wall_clock(
    base: Database, *, restart: bool
) -> None:
    other, now = Database(None, Store(), KEY), START + timedelta(days=400)
    for one in (base, other):
        ask(one, 300, 10, 70)
        ask(one, 1100, 230, 290)
    record(base, HISTORY)
    running(base).step(at(UNTIL), final=True)
    decided = [START]
    stepping = running(other, live=True, now=now, decided=decided)
    record(other, HISTORY[:3])  # written ahead of what is decided: they wait for their turn
    for minutes in range(5, UNTIL + 1, 5):
        due = [row for row in HISTORY[3:] if at(minutes - 5) < row["decided_at"] <= at(minutes)]
        if due or minutes % 360 == 0:
            record(other, due)
            decided[0] = at(minutes)
            stepping = running(other, live=True, now=now, decided=decided) if restart else stepping
            stepping.report(Health(at=now, feed_silent_seconds=5000))
            stepping.step(now, final=False)
    faults, found = parted(other)
    assert found == state(base)[:2]
    assert {(row["rule"], row["opened_at"]) for row in faults} == {("feed-silent", now)}
    assert len(rows(other, "outbox")) == 1, "the fault has paged, once, and nothing of the past"
    other.close()


def parted(base: Database) -> tuple[list[dict[str, Any]], list[Any]]:
    """Incidents of faults; and the others as `state` has them."""
    faults = base.frame("incidents/latest_incidents").filter(kind="fault").to_dicts()
    ids = {row["incident_id"] for row in faults}
    kept = [[row for row in rows(base, name) if not ids & set(row)] for name in ("incidents", "incident_events")]
    return faults, kept


def test_stepping_again_over_the_same_findings_writes_nothing(base: Database) -> None:
    record(base, HISTORY)
    running(base).step(at(UNTIL), final=True)
    before = state(base)
    running(base).step(at(UNTIL), final=True)
    assert state(base) == before


def test_live_pages_on_the_wall_clock_and_not_about_what_is_old(base: Database) -> None:
    ask(base, 300, 10, 70)
    record(base, [surge("b2", 70, number=None)])
    running(base, live=True, now=at(71)).step(at(70), final=False)
    (page,) = rows(base, "outbox")
    assert page[5] == "trigger"
    late = Database(None, Store(), KEY)
    ask(late, 300, 10, 70)
    record(late, [surge("b2", 70, number=None)])
    running(late, live=True, now=at(70) + timedelta(days=3)).step(at(70), final=False)
    assert rows(late, "outbox") == []
    late.close()


def test_live_after_a_replay_pages_only_for_news(base: Database) -> None:
    ask(base, 300, 10, 70)
    record(base, [surge("b2", 70, number=None)])
    running(base).step(at(70), final=True)
    live = running(base, live=True, now=at(75))
    live.step(at(75), final=True)
    assert rows(base, "outbox") == []
    ask(base, 800, 70, 80)
    record(base, [surge("b2", 80, number=None, observed=1900)])
    live = running(base, live=True, now=at(80))
    live.step(at(80), final=True)
    assert [row[5] for row in rows(base, "outbox")] == ["trigger"]


def test_what_the_service_reports_becomes_an_incident_of_the_health_rota(base: Database) -> None:
    blind = running(base, live=True, now=at(1))
    blind.report(Health(at=at(1), feed_silent_seconds=5000))
    blind.step(at(1), final=False)
    (incident,) = base.cursor().execute("SELECT DISTINCT kind, rota, rule FROM incidents").fetchall()
    assert incident == ("fault", "health", "feed-silent")
    replay = running(base)
    replay.report(Health(at=at(2), feed_silent_seconds=5000))
    replay.step(at(2), final=True)


def test_detecting_afresh_forgets_what_nobody_touched(base: Database) -> None:
    record(base, HISTORY)
    stepped = running(base)
    stepped.step(at(UNTIL), final=True)
    before = state(base)
    stepped.clear()
    assert state(base) == [[], [], [], []]
    stepped.step(at(UNTIL), final=True)
    assert state(base) == before


def test_the_evidence_says_what_was_expected_and_what_the_excess_consists_of(base: Database) -> None:
    parts = [
        {
            "dimension": "accounts",
            "value": "new",
            "observed": 9,
            "expected": 1.0,
            "excess": 8.0,
            "share_of_excess": 0.8,
        },
        {"dimension": "all", "value": "all", "observed": 9, "expected": 1.0, "excess": 8.0, "share_of_excess": 1.0},
    ]
    record(base, [surge("a1", 5, explanation=json.dumps({"contributions": parts}))])
    running(base).step(at(10), final=True)
    ((text,),) = base.cursor().execute("SELECT evidence FROM incidents").fetchall()
    evidence = json.loads(text)
    assert evidence["contributions"] == {"accounts new": 0.8}
    assert (evidence["surge"]["observed"], evidence["surge"]["low"], evidence["surge"]["high"]) == (900, 80.0, 120.0)
    assert evidence["runbook"] == "target-surge"
