"""Surges on the grid: live as in replay, whatever the batches; late events; restarts; who is counted."""

import json
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from tests.unit.detection.events import add
from tests.unit.make import KEY, generation, mention
from veille.config import Settings, Store
from veille.detection.grid import BIN, Grid
from veille.detection.surges.detector import SurgeDetector
from veille.events import EventType
from veille.store.database import Database
from veille.store.findings import Findings

START = datetime(2026, 1, 1)
ONSET = START + timedelta(hours=26)
UNTIL = START + timedelta(hours=29)
Event = dict[str, Any]
PASSING = ("version", "known_at", "decided_at", "explanation")


def event(number: int, second: float, target: str, account: str, **fields: Any) -> Event:
    at = START + timedelta(seconds=second)
    return mention(number, occurred_at=f"{at.isoformat()}Z", target_id=target, account_id=account, **fields)


def background(hours: int = 29) -> list[Event]:
    """About 450 requests a day about 150 targets, each by another account."""
    rng = np.random.default_rng(1)
    seconds = np.sort(rng.integers(0, hours * 3600, int(18.75 * hours)))
    return [event(i, float(s), f"t{rng.integers(150)}", f"b{i}") for i, s in enumerate(seconds)]


def crowd(target: str, at: datetime, count: int = 20, seconds: int = 1200, **fields: Any) -> list[Event]:
    begin = (at - START).total_seconds()
    return [
        event(
            10_000 + abs(hash((target, at, i))) % 10**9, begin + i * seconds / count, target, f"c{target}{i}", **fields
        )
        for i in range(count)
    ]


def moment(one: Event) -> datetime:
    return datetime.fromisoformat(one["occurred_at"].removesuffix("Z"))


@contextmanager
def world() -> Iterator[tuple[Database, Findings, Grid, SurgeDetector]]:
    database = Database(None, Store(), KEY)
    findings = Findings(database)
    detector = SurgeDetector(database, findings, Settings())
    yield database, findings, Grid(database, [detector]), detector
    database.close()


def replayed(events: Sequence[Event], until: datetime = UNTIL) -> pl.DataFrame:
    with world() as (database, findings, grid, _):
        add(database, events)
        grid.advance(until, live=False)
        return findings.latest("surges")


def streamed(events: Sequence[Event], every: timedelta, until: datetime = UNTIL) -> pl.DataFrame:
    """All that came by an hour before the onset, then batches of `every`; after each final steps and an early look."""
    with world() as (database, findings, grid, _):
        waiting, at = sorted(events, key=moment), ONSET - timedelta(hours=1)
        while at < until:
            at += every
            batch = [one for one in waiting if moment(one) < at]
            waiting = waiting[len(batch) :]
            if batch:
                add(database, batch)
            grid.advance(at - timedelta(seconds=30), live=True)
            grid.look(at)
        grid.advance(until, live=True)
        return findings.latest("surges")


def content(surges: pl.DataFrame) -> list[dict[str, Any]]:
    """What was found, without when it was written and in how many versions."""
    return surges.drop(PASSING).sort("surge_id").to_dicts()


def of_targets(surges: pl.DataFrame) -> pl.DataFrame:
    return surges.filter(pl.col("series_kind") == "target").sort("opened_at")


@pytest.fixture(scope="module")
def events() -> list[Event]:
    return background() + crowd("cold", ONSET)


@pytest.fixture(scope="module")
def history(events: list[Event]) -> pl.DataFrame:
    return replayed(events)


def test_a_crowd_about_a_target_nobody_mentioned_before_is_found_and_explained(history: pl.DataFrame) -> None:
    (found,) = of_targets(history).to_dicts()
    assert ONSET <= found["opened_at"] <= ONSET + timedelta(minutes=10)
    assert (found["observed"], found["accounts"], found["reason"]) == (20, 20, "quiet")
    assert found["target_id"] == found["series_key"]
    assert found["low"] <= found["expected"] <= found["high"] < found["observed"]
    why = json.loads(found["explanation"])
    everything = next(row for row in why["contributions"] if row["dimension"] == "all")
    assert (everything["observed"], why["new_accounts"], why["returning_accounts"]) == (20, 20, 0)
    assert why["query"]["name"] == "detect/surges/asked_about"
    assert sum(events for _, events, _ in why["points"]) >= 5


@pytest.mark.parametrize("every", [timedelta(minutes=2), timedelta(minutes=13)])
def test_live_finds_what_replay_finds_whatever_the_batches(
    events: list[Event], history: pl.DataFrame, every: timedelta
) -> None:
    assert content(streamed(events, every)) == content(history)


def test_early_looks_open_sooner(events: list[Event]) -> None:
    with world() as (database, findings, grid, _):
        add(database, [one for one in events if moment(one) < ONSET + timedelta(minutes=9)])
        grid.advance(ONSET + BIN, live=True)
        grid.look(ONSET + timedelta(minutes=9))
        (early,) = of_targets(findings.latest("surges")).to_dicts()
        assert early["decided_at"] == ONSET + timedelta(minutes=9)


def test_the_order_of_events_in_files_does_not_matter(events: list[Event], history: pl.DataFrame) -> None:
    shuffled = list(events)
    random.Random(3).shuffle(shuffled)
    assert content(replayed(shuffled)) == content(history)


def test_what_was_decided_does_not_depend_on_what_came_later(events: list[Event], history: pl.DataFrame) -> None:
    cut = ONSET + timedelta(minutes=30)
    known = replayed([one for one in events if moment(one) < cut], cut)
    fixed = ["surge_id", "opened_at", "since", "p_value", "q_value", "score", "window_seconds"]
    before = history.filter(pl.col("opened_at") < cut)
    assert known.select(fixed).sort("surge_id").rows() == before.select(fixed).sort("surge_id").rows()


def test_late_events_amend_what_was_recorded_with_a_further_version(events: list[Event]) -> None:
    with world() as (database, findings, grid, _):
        add(database, events)
        grid.advance(UNTIL, live=True)
        first = of_targets(findings.latest("surges")).to_dicts()[0]
        add(database, crowd("cold", ONSET + timedelta(seconds=7), 6, 600))
        grid.advance(UNTIL + BIN, live=True)
        last = of_targets(findings.latest("surges")).to_dicts()[0]
        assert (first["observed"], last["observed"]) == (20, 26)
        assert last["version"] == first["version"] + 1
        kept = ("surge_id", "opened_at", "since", "p_value", "q_value", "score", "closed_at")
        assert [first[name] for name in kept] == [last[name] for name in kept]
        assert len(Findings(database).latest("surges")) == len(findings.latest("surges"))


def test_a_bin_restated_by_late_events_opens(events: list[Event]) -> None:
    with world() as (database, findings, grid, _):
        add(database, events)
        grid.advance(ONSET + timedelta(hours=2), live=True)
        add(database, crowd("late", ONSET + timedelta(hours=1), 20, 240))
        grid.advance(ONSET + timedelta(hours=2, minutes=5), live=True)
        found = of_targets(findings.latest("surges")).to_dicts()[-1]
        assert found["opened_at"] < ONSET + timedelta(hours=1, minutes=5)
        assert found["decided_at"] == ONSET + timedelta(hours=2, minutes=5)


def test_a_restart_in_the_middle_of_a_surge_goes_on_with_it(events: list[Event], history: pl.DataFrame) -> None:
    with world() as (database, findings, grid, _):
        add(database, [one for one in events if moment(one) < ONSET + timedelta(minutes=15)])
        grid.advance(ONSET + timedelta(minutes=15), live=True)
        add(database, [one for one in events if moment(one) >= ONSET + timedelta(minutes=15)])
        before = len(findings.latest("surges"))
        again = Grid(database, [SurgeDetector(database, findings, Settings())])
        again.advance(UNTIL, live=True)
        assert content(findings.latest("surges")) == content(history)
        assert len(findings.latest("surges")) >= before


def test_recording_history_twice_writes_nothing(events: list[Event]) -> None:
    with world() as (database, findings, grid, _):
        add(database, events)
        grid.advance(UNTIL, live=False)
        rows = findings.latest("surges").sort("surge_id").rows()
        second = SurgeDetector(database, findings, Settings())
        for number in range(int((UNTIL - START) / BIN)):
            second.step(START + (number + 1) * BIN, final=True)
        assert findings.latest("surges").sort("surge_id").rows() == rows


@pytest.mark.parametrize(
    "fields", [{"request_class": "question"}, {"request_class": "other_edit"}], ids=["questions", "other edits"]
)
def test_other_classes_do_not_make_a_target_surge(fields: Event) -> None:
    assert of_targets(replayed(background() + crowd("cold", ONSET, **fields))).is_empty()


def test_requests_about_oneself_are_left_out() -> None:
    own = [one | {"account_id": "cold", "event_id": f"own{i}"} for i, one in enumerate(crowd("cold", ONSET))]
    with world() as (database, findings, grid, _):
        add(database, background() + own)
        grid.advance(UNTIL, live=False)
        assert of_targets(findings.latest("surges")).is_empty()
        assert findings.latest("insistent_accounts").is_empty()


def test_an_insistent_account_is_found_with_what_was_fulfilled() -> None:
    begin = (ONSET - START).total_seconds()
    asked = [event(20_000 + i, begin + 300 * i, "calm", "again") for i in range(6)]
    times = [moment(one) + timedelta(seconds=20) for one in asked]
    answers = [
        generation(20_000 + i, occurred_at=f"{at.isoformat()}Z", outcome="fulfilled" if i < 2 else "refused")
        for i, at in enumerate(times)
    ]
    with world() as (database, findings, grid, _):
        add(database, background() + asked)
        add(database, answers, EventType.GENERATION)
        grid.advance(UNTIL, live=False)
        (found,) = findings.latest("insistent_accounts").to_dicts()
        assert (found["requests"], found["fulfilled"], found["closed"]) == (6, 2, False)
        assert of_targets(findings.latest("surges")).is_empty()


def test_a_surge_that_nobody_follows_any_more_is_closed_after_a_restart(events: list[Event]) -> None:
    with world() as (database, findings, grid, _):
        add(database, [one for one in events if moment(one) < ONSET + timedelta(minutes=25)])
        grid.advance(ONSET + timedelta(minutes=20), live=True)
        stale = of_targets(findings.latest("surges")).drop("version", "known_at")
        findings.record("surges", stale.with_columns(pl.lit("f" * 32).alias("surge_id")), UNTIL)
        Grid(database, [SurgeDetector(database, findings, Settings())]).advance(
            ONSET + timedelta(minutes=25), live=True
        )
        left = findings.latest("surges").filter(pl.col("surge_id") == "f" * 32).to_dicts()[0]
        assert (left["reason"], left["closed_at"]) == ("restart", ONSET + timedelta(minutes=20))
