"""The far look of a data folder: what only a long history shows, at its end, each day live, and under the same life history."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from tests.unit.detection.events import add
from tests.unit.make import KEY, mention
from veille.config import Coordination, Settings, Store
from veille.detection.coordination import far_looks
from veille.detection.coordination.detector import ClusterDetector
from veille.detection.coordination.engine import LostWorkerError
from veille.detection.coordination.far import FarLook
from veille.detection.history import detect_history
from veille.service.detection_loops import DetectionLoop
from veille.stopping import StoppedError
from veille.store.database import Database
from veille.store.findings import Findings

START = datetime(2026, 1, 5)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DAYS = 12
END = START + DAYS * DAY
TABLES = ("clusters", "cluster_members", "cluster_edges", "cluster_targets", "cluster_history")
PASSING = ("version", "known_at", "decided_at")


def _settings(**changes: Any) -> Settings:
    """Windows of a day: a group that strikes every 36 hours leaves no pair in them."""
    return Settings(coordination=Coordination(**({"long_days": 1, "quiet_days": 2, "process": False} | changes)))


def _events() -> list[dict[str, Any]]:
    """Strangers, and eight accounts that strike a target of their own every 36 hours; the last strike is four days before the end."""
    rng = np.random.default_rng(5)
    rows = [
        (float(s), f"a{a}", f"t{t}")
        for s, a, t in zip(
            rng.uniform(0, DAYS * 86_400 - 1, 500), rng.integers(0, 120, 500), rng.integers(0, 60, 500), strict=True
        )
    ]
    for strike in range(6):
        at = 3_600.0 + strike * 36 * 3_600
        rows += [(at + float(rng.integers(0, 50)), f"g{k}", f"q{strike}") for k in range(8) if rng.random() < 0.9]
    return [
        mention(
            number, occurred_at=f"{(START + timedelta(seconds=int(s))).isoformat()}Z", account_id=who, target_id=whom, post_id=f"p{number}"
        )
        for number, (s, who, whom) in enumerate(sorted(rows))
    ]  # fmt: skip


def _opened() -> Database:
    return Database(None, Store(reserve_mib=0), KEY)


@pytest.fixture
def database() -> Iterator[Database]:
    opened = _opened()
    yield opened
    opened.close()


def _walked(database: Database, detector: ClusterDetector, until: datetime = END) -> ClusterDetector:
    detector.step(START + HOUR, final=True)
    detector.step(until, final=True)
    return detector


@pytest.fixture(scope="module")
def replayed() -> Iterator[Database]:
    opened = _opened()
    add(opened, _events())
    _walked(opened, ClusterDetector(opened, Findings(opened), _settings())).conclude(wait=True)
    yield opened
    opened.close()


def _tables(database: Database) -> dict[str, pl.DataFrame]:
    findings = Findings(database)
    return {name: findings.latest(name).drop(PASSING).sort(pl.all()) for name in TABLES}


def _equal(one: Database, other: Database) -> bool:
    left, right = _tables(one), _tables(other)
    return all(left[name].equals(right[name]) for name in TABLES)


def test_no_window_shows_the_group_and_the_look_at_the_whole_history_does(
    database: Database, replayed: Database
) -> None:
    add(database, _events())
    _walked(database, ClusterDetector(database, Findings(database), _settings()))
    assert Findings(database).latest("clusters").filter(tier="validated").is_empty()
    (found,) = Findings(replayed).latest("clusters").filter(tier="validated").to_dicts()
    assert (found["accounts"], found["targets"], found["state"]) == (8, 6, "dormant")
    assert (found["found_by"], found["found_since"], found["found_until"]) == ("far", START, END)
    assert found["born_at"] < START + DAY
    assert Findings(replayed).latest("cluster_history")["event"].to_list() == ["born"]


def test_its_evidence_is_that_of_the_other_looks(replayed: Database) -> None:
    (found,) = Findings(replayed).latest("clusters").filter(tier="validated").to_dicts()
    card = json.loads(found["evidence"])
    assert card["period"] == {"since": START.isoformat(), "until": END.isoformat()}
    assert card["observed"] > 10 * card["expected"]
    assert {m["rule"] for m in card["members"]} <= {"pair", "cluster_test", "joined"}
    assert len(card["members"]) == len(card["look_members"]) == card["accounts"] == 8
    assert len(card["targets"]) == len(card["latest"]["targets"]) == found["targets"]
    edges = Findings(replayed).latest("cluster_edges").filter("supported")
    assert len(edges) == card["supported_pairs"] > 7
    assert edges.filter(pl.col("co_actions") <= pl.col("expected")).is_empty()
    members = Findings(replayed).latest("cluster_members")
    assert members["standing"].all()
    assert set(members["since"]) == {END}


def test_fed_in_two_halves_over_a_restart_and_then_looked_at_it_gives_the_same(
    database: Database, replayed: Database
) -> None:
    events, middle = _events(), START + 7 * DAY
    before = [e for e in events if datetime.fromisoformat(e["occurred_at"]).replace(tzinfo=None) < middle]
    add(database, before)
    _walked(database, ClusterDetector(database, Findings(database), _settings()), middle)
    add(database, events[len(before) :])
    again = ClusterDetector(database, Findings(database), _settings(process=True))  # in a process of its own, as live
    again.resume(middle)
    again.step(END, final=True)
    assert again.conclude(wait=True)
    again.close()
    assert _equal(database, replayed)


def test_looked_at_again_nothing_changes(replayed: Database) -> None:
    before = {name: len(Findings(replayed).latest(name)) for name in TABLES}
    detector = ClusterDetector(replayed, Findings(replayed), _settings())
    detector.resume(END)
    assert detector.conclude(wait=True)
    assert {name: len(Findings(replayed).latest(name)) for name in TABLES} == before
    assert all(replayed.cursor().execute(f"SELECT max(version) FROM {name}").fetchone() == (1,) for name in TABLES)


@pytest.mark.slow
def test_a_replay_takes_the_look_at_its_end(database: Database, replayed: Database) -> None:
    add(database, _events())
    detect_history(database, _settings(), lambda left: None)
    (found,) = Findings(database).latest("clusters").filter(tier="validated").to_dicts()
    assert (found["found_by"], found["accounts"]) == ("far", 8)
    known = Findings(replayed).latest("clusters").filter(tier="validated")["cluster_id"]
    assert known.to_list() == [found["cluster_id"]]


@pytest.mark.slow
def test_a_stream_of_the_past_that_has_ended_gives_what_a_replay_gives(database: Database, replayed: Database) -> None:
    add(database, _events())
    findings = Findings(database)
    quiet = iter([0.0])  # then more than a minute without an event
    loop = DetectionLoop(
        database,
        findings,
        _settings(),
        lambda: END,
        lambda: next(quiet, 61.0),
        lambda step, skipped: None,
        lambda: False,
    )
    while findings.latest("cluster_history").is_empty():
        loop.turn()
    known = Findings(replayed).latest("clusters").filter(tier="validated")
    found = findings.latest("clusters").filter(tier="validated")
    assert found.drop("known_at", "evidence").equals(known.drop("known_at", "evidence"))


def test_a_history_that_the_long_window_covers_is_not_looked_at_again(database: Database) -> None:
    add(database, _events())
    detector = _walked(database, ClusterDetector(database, Findings(database), _settings(long_days=DAYS)))
    known = len(Findings(database).latest("cluster_history"))
    assert detector.conclude(wait=True)
    assert len(Findings(database).latest("cluster_history")) == known


def test_live_there_is_one_look_each_day_of_the_present_over_restarts(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = END
    monkeypatch.setattr(far_looks, "naive_now", lambda: now)
    add(database, _events())
    begun: list[datetime] = []
    look = FarLook.__init__

    def counted(self: FarLook, *given: Any, **named: Any) -> None:
        begun.append(given[-1])
        look(self, *given, **named)

    monkeypatch.setattr(FarLook, "__init__", counted)
    detector = ClusterDetector(database, Findings(database), _settings(far_days=30), live=True)
    detector.step(START + HOUR, final=True)
    for hours in range(24, 10 * 24 + 4, 4):
        now = END if hours < 8 * 24 else START + hours * HOUR  # it catches up until the eighth day
        detector.step(START + hours * HOUR, final=True)
        if hours == 8 * 24 + 8:
            detector = ClusterDetector(database, Findings(database), _settings(far_days=30), live=True)
            detector.resume(START + hours * HOUR)
    assert begun == [START + day * DAY for day in (7, 8, 9, 10)]
    (found,) = Findings(database).latest("clusters").filter(tier="validated").to_dicts()
    assert (found["found_by"], found["found_since"], found["found_until"]) == ("far", START, START + 10 * DAY)
    steps = database.cursor().execute("SELECT DISTINCT step_at FROM detector_steps ORDER BY ALL").fetchall()
    assert [at for (at,) in steps] == begun


def test_a_look_whose_process_is_lost_is_taken_here(
    database: Database, replayed: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(database, _events())
    detector = _walked(database, ClusterDetector(database, Findings(database), _settings()))
    result, lost = FarLook.result, [True]

    def dies_once(self: FarLook, *given: Any) -> Any:
        if lost.pop() if lost else False:
            raise LostWorkerError("killed")
        return result(self, *given)

    monkeypatch.setattr(FarLook, "result", dies_once)
    assert detector.conclude(wait=True)
    assert not lost
    assert _equal(database, replayed)


def test_a_stop_ends_the_wait_for_it(database: Database) -> None:
    add(database, _events())
    stopped: list[bool] = []
    detector = ClusterDetector(database, Findings(database), _settings(), stop=lambda: bool(stopped))
    _walked(database, detector)
    stopped.append(True)
    with pytest.raises(StoppedError):
        detector.conclude(wait=True)
    assert Findings(database).latest("clusters").filter(tier="validated").is_empty()
