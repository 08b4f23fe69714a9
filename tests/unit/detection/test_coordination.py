"""The coordination detector of a data folder: live as in replay at full hours, over restarts and lost processes."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from tests.unit.detect.coordination.planted import strangers, strikes
from tests.unit.detection.events import add
from tests.unit.make import KEY, generation, mention
from veille.config import Coordination, Settings, Store
from veille.detect.coordination.strength import among
from veille.detection.coordination.detector import ClusterDetector
from veille.detection.coordination.engine import Worker
from veille.detection.coordination.restore import restored
from veille.detection.grid import BIN
from veille.events import EventType
from veille.privacy import Pseudonymiser
from veille.store.clusters import Clusters
from veille.store.database import Database
from veille.store.errors import StoreError
from veille.store.findings import Findings

START = datetime(2026, 1, 5)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TABLES = ("clusters", "cluster_members", "cluster_edges", "cluster_targets", "cluster_history")
PASSING = ("version", "known_at", "decided_at")


def _settings(**changes: Any) -> Settings:
    return Settings(coordination=Coordination(long_days=3, quiet_days=2, process=False, **changes))


def _events(seed: int = 1) -> list[dict[str, Any]]:
    """A day and a half of strangers, and a group that strikes within it; prompts name a handle."""
    rows = strangers(seed, 2500, 800, 300) + strikes(seed)
    ordered = sorted((s * 0.375, a, t) for a, t, s in rows)
    return [
        mention(
            number,
            occurred_at=f"{(START + timedelta(seconds=s)).isoformat()}Z",
            account_id=account,
            target_id=target,
            post_id=f"p{number}",
            language="fr",
            prompt="@someone_else please add a very tall and rather elaborate hat to this picture of a lighthouse",
        )
        for number, (s, account, target) in enumerate(ordered)
    ]


def _at(event: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(event["occurred_at"]).replace(tzinfo=None)


@pytest.fixture
def database() -> Iterator[Database]:
    opened = Database(None, Store(reserve_mib=0), KEY)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def replayed() -> Iterator[Database]:
    """The tables after a replay of two days."""
    opened = Database(None, Store(reserve_mib=0), KEY)
    add(opened, _events())
    detector = ClusterDetector(opened, Findings(opened), _settings())
    for number in range(1, int(2 * DAY / BIN) + 1):
        detector.step(START + number * BIN, final=True)
    yield opened
    opened.close()


def _tables(database: Database) -> dict[str, pl.DataFrame]:
    findings = Findings(database)
    return {name: findings.latest(name).drop(PASSING).sort(pl.all()) for name in TABLES}


def _equal(one: Database, other: Database) -> bool:
    left, right = _tables(one), _tables(other)
    return all(left[name].equals(right[name]) for name in TABLES)


def test_the_group_is_found_with_its_evidence(replayed: Database) -> None:
    clusters = Findings(replayed).latest("clusters").filter(tier="validated")
    assert len(clusters) == 1
    card = json.loads(clusters["evidence"][0])
    pseudonyms = Pseudonymiser(KEY)
    group = {str(_uuid(pseudonyms, f"g{k:02d}")) for k in range(8)}
    assert {m["account_id"] for m in card["members"]} == group
    assert card["observed"] > 10 * card["expected"]
    assert card["request_classes"] == ["sexualising", "unknown"]
    assert all(t["by_members"] <= t["burden"] and t["accounts"] >= 2 for t in card["targets"])
    assert card["answers"] == {"unanswered": sum(t["by_members"] for t in card["targets"])}
    assert card["languages"] == [{"language": "fr", "mentions": card["answers"]["unanswered"]}]
    assert card["co_actions_total"] == len(card["co_actions"]) > 0
    assert len(clusters["cluster_id"][0]) == 32


def _uuid(pseudonyms: Pseudonymiser, handle: str) -> Any:
    from uuid import UUID

    return UUID(bytes=pseudonyms.one("person", "x", handle))


def test_prompts_are_shortened_and_name_nobody(replayed: Database) -> None:
    card = json.loads(Findings(replayed).latest("clusters").filter(tier="validated")["evidence"][0])
    (prompt,) = card["prompts"]
    assert prompt["text"] == "please add a very tall and rather elaborate hat to this pict…"


@pytest.mark.slow
def test_live_gives_what_replay_gives_over_a_restart_and_early_looks(database: Database, replayed: Database) -> None:
    detector, waiting = ClusterDetector(database, Findings(database), _settings()), _events()
    for number in range(1, 49):
        hour = START + number * HOUR
        now = [e for e in waiting if _at(e) < hour]
        waiting = waiting[len(now) :]
        half = len(now) // 2
        for part, early in ((now[:half], 30), (now[half:], 55)):
            if part:
                add(database, part)
            detector.step(hour - HOUR + timedelta(minutes=early), final=False)
        detector.step(hour, final=True)
        if number == 20:
            detector = ClusterDetector(database, Findings(database), _settings())
            detector.resume(hour + BIN)
    assert _equal(database, replayed)


def test_a_restart_in_the_middle_of_a_replay_repeats_nothing(database: Database, replayed: Database) -> None:
    add(database, _events())
    for first, last in ((1, 300), (250, 576)):  # progress is noted now and then: some bins are stepped twice
        detector = ClusterDetector(database, Findings(database), _settings())
        if first > 1:
            detector.resume(START + (first - 1) * BIN)
        for number in range(first, last + 1):
            detector.step(START + number * BIN, final=True)
    assert _equal(database, replayed)
    history = Findings(database).latest("cluster_history")
    assert history["version"].max() == 1


def test_what_is_restored_is_what_was_known(replayed: Database) -> None:
    known, strength = restored(replayed, START + 2 * DAY)
    assert {k.cluster_id for k in known} == strength.keys() == set(Findings(replayed).latest("clusters")["cluster_id"])
    assert all(k.born_at.tzinfo is UTC for k in known)


def test_steps_over_a_silence_put_a_cluster_to_sleep(database: Database) -> None:
    add(database, _events())
    detector = ClusterDetector(database, Findings(database), _settings())
    detector.step(START + 2 * DAY, final=True)
    detector.step(START + 6 * DAY, final=True)
    states = Findings(database).latest("clusters").filter(tier="validated")
    assert states["state"].to_list() == ["dormant"]
    slept = Findings(database).latest("cluster_history").filter(event="dormant")["happened_at"][0]
    assert slept < START + 5 * DAY


def test_only_counted_classes_and_other_people_count(database: Database) -> None:
    mild = [{**event, "request_class": "question"} for event in _events()]
    add(database, mild)
    detector = ClusterDetector(database, Findings(database), _settings())
    detector.step(START + 2 * DAY, final=True)
    assert Findings(database).latest("clusters").is_empty()


def test_answers_are_counted_as_they_were_by_then(database: Database) -> None:
    events = _events()
    add(database, events)
    answered = [
        generation(k, mention_id=e["event_id"], occurred_at=f"{(_at(e) + timedelta(seconds=20)).isoformat()}Z")
        for k, e in enumerate(events)
    ]
    add(database, answered, EventType.GENERATION)
    detector = ClusterDetector(database, Findings(database), _settings())
    detector.step(START + 2 * DAY, final=True)
    card = json.loads(Findings(database).latest("clusters").filter(tier="validated")["evidence"][0])
    assert set(card["answers"]) == {"fulfilled"}


def test_an_early_look_announces_what_the_hour_confirms(database: Database, replayed: Database) -> None:
    add(database, _events())
    births = Findings(replayed).latest("cluster_history").filter(event="born").sort("happened_at")
    name, born = births["cluster_id"][0], births["happened_at"][0]
    findings = Findings(database)
    detector = ClusterDetector(database, findings, _settings())
    detector.step(START + HOUR, final=True)
    detector.step(born - HOUR, final=True)
    detector.step(born - timedelta(seconds=1), final=False)
    assert findings.latest("clusters")["cluster_id"].to_list() == [name]
    assert findings.latest("cluster_history").is_empty()
    detector.step(born, final=True)
    assert findings.latest("cluster_history")["happened_at"].to_list() == [born]
    assert findings.latest("clusters")["state"].to_list() == ["active"]


def test_what_the_hour_does_not_confirm_is_closed(database: Database) -> None:
    add(database, _events())
    findings = Findings(database)
    detector = ClusterDetector(database, findings, _settings())
    detector.step(START + HOUR, final=True)
    detector.step(START + DAY + 11.5 * HOUR, final=False)  # far ahead of the hour, which knows nothing of it
    assert findings.latest("clusters")["state"].to_list() == ["active"]
    again = ClusterDetector(database, Findings(database), _settings())
    again.resume(START + HOUR)  # also over a restart
    again.step(START + 2 * HOUR, final=True)
    assert Findings(database).latest("clusters")["state"].to_list() == ["dormant"]


def test_a_rejected_cluster_is_remembered(replayed: Database) -> None:
    clusters = Clusters(replayed)
    name = clusters.list()["cluster_id"][0]
    assert clusters.judge(name[:8], "rejected", "a family", "ana") == name
    detector = ClusterDetector(replayed, Findings(replayed), _settings())
    detector.resume(START + 2 * DAY)
    detector.step(START + 2 * DAY + HOUR, final=True)
    assert clusters.describe(name)["verdict"] == "rejected"
    assert clusters.list(verdict="rejected")["cluster_id"].to_list() == [name]


def test_live_the_work_is_done_by_a_process_that_may_be_lost(database: Database, replayed: Database) -> None:
    add(database, _events())
    settings = Settings(coordination=Coordination(long_days=3, quiet_days=2))
    detector = ClusterDetector(database, Findings(database), settings)
    for number in range(1, 25):
        detector.step(START + number * HOUR, final=True)
    detector.step(START + DAY + timedelta(minutes=10), final=False)
    worker = detector._engine
    assert isinstance(worker, Worker)
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGKILL)
    for number in range(25, 49):
        detector.step(START + number * HOUR, final=True)
    assert _equal(database, replayed)


def test_what_could_not_be_written_is_decided_again(
    database: Database, replayed: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(database, _events())
    findings = Findings(database)
    detector = ClusterDetector(database, findings, _settings())
    record, failing = findings.record, {"cluster_edges": 2}

    def fails_now_and_then(table: str, rows: pl.DataFrame, known_at: datetime) -> int:
        if failing.get(table, 0):
            failing[table] -= 1
            raise StoreError("the disk is full")
        return record(table, rows, known_at)

    monkeypatch.setattr(findings, "record", fails_now_and_then)
    for number in range(1, 49):
        for _ in range(3):
            with suppress(StoreError):
                detector.step(START + number * HOUR, final=True)
                break
    assert failing == {"cluster_edges": 0}
    assert _equal(database, replayed)


def test_a_cluster_and_its_card_count_the_same_members_targets_and_pairs(replayed: Database) -> None:
    tables = _tables(replayed)
    checked = 0
    for row in tables["clusters"].filter(pl.col("evidence").is_not_null() & (pl.col("state") == "active")).to_dicts():
        card = json.loads(row["evidence"])
        assert row["accounts"] == len(card["members"])
        assert row["targets"] == len(card["latest"]["targets"])
        assert all(choice["members"] <= choice["of"] for choice in card["sensitivity"])
        checked += 1
    assert checked > 0


def test_pairs_of_who_has_left_are_no_evidence_of_those_who_stay() -> None:
    edges = pl.DataFrame(
        {"account_a": ["a", "a", "b"], "account_b": ["b", "gone", "gone"], "co_actions": [5, 900, 900]}
    )
    assert among(edges, frozenset({"a", "b"})).rows() == [("a", "b", 5)]


def test_rows_of_an_earlier_version_are_taken_up_and_their_cards_say_a_period_once_seen_again(
    database: Database,
) -> None:
    add(database, _events())
    middle = START + DAY + 3 * HOUR
    ClusterDetector(database, Findings(database), _settings()).step(middle, final=True)
    cursor = database.cursor()
    cursor.execute("UPDATE cluster_edges SET since = NULL, until = NULL, latest_co_actions = NULL, latest_until = NULL")
    cursor.execute("UPDATE cluster_members SET rule = NULL, error_rate = NULL, rule_value = NULL")
    cursor.execute(
        'UPDATE clusters SET evidence = json_merge_patch(evidence, \'{"look_members": null, "latest": null}\')'
    )
    name, before = cursor.execute(
        "SELECT cluster_id, p_value FROM clusters WHERE tier = 'validated' LIMIT 1"
    ).fetchone()  # type: ignore[misc]
    detector = ClusterDetector(database, Findings(database), _settings())
    detector.resume(middle)
    detector.step(START + 2 * DAY, final=True)
    row = Findings(database).latest("clusters").filter(cluster_id=name).row(0, named=True)
    card = json.loads(row["evidence"])
    assert len(card["look_members"]) == card["accounts"] == 8
    assert row["p_value"] <= before
    assert {m["rule"] for m in card["members"]} <= {"pair", "cluster_test"}
