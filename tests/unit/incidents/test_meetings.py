"""Members of a known cluster who meet on a further target: found when the third asks, not when the detector looks again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import polars as pl
import pytest

from tests.unit.incidents.make import POLICY, at, burst, cluster, engine, finding
from tests.unit.incidents.test_intake import BEGIN, asked, found, write
from tests.unit.make import KEY
from veille.config import Store
from veille.incidents.cache import Changes
from veille.incidents.intake import Cursor, Intake, Reach
from veille.incidents.model import Finding
from veille.privacy import Pseudonymiser
from veille.store.database import Database
from veille.store.findings import Findings

NOW = BEGIN.replace(tzinfo=None)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
NAMES = Pseudonymiser(KEY)


@pytest.fixture
def base() -> Iterator[Database]:
    made = Database(None, Store(), KEY)
    yield made
    made.close()


def person(name: str) -> str:
    return str(UUID(bytes=NAMES.one("person", "x", name)))


def known(
    base: Database,
    *,
    decided: timedelta = -HOUR,
    tier: str = "validated",
    left: int = 0,
    aims: dict[str, timedelta] | None = None,
    size: int = 8,
) -> None:
    """A cluster K of user_0, user_1 …: decided so long after BEGIN; `left` of them gone; aims: its targets and when it was there last."""
    moment, findings = NOW + decided, Findings(base)
    one = {"cluster_id": "K", "tier": tier, "state": "active", "born_at": moment, "last_active_at": moment}
    one |= {"accounts": size, "targets": 2, "p_value": 1e-9, "q_value": 1e-6, "evidence": None}
    members = [
        {"cluster_id": "K", "account_id": person(f"user_{n}"), "role": "core", "since": moment, "until": moment if n < left else None}
        for n in range(size)
    ]  # fmt: skip
    targets = [
        {"cluster_id": "K", "target_id": person(name), "accounts": 3, "mentions": 3, "burden": 3.0,
         "first_at": NOW + ago, "last_at": NOW + ago}
        for name, ago in (aims or {"creator_b": -HOUR, "creator_c": -HOUR}).items()
    ]  # fmt: skip
    tables: dict[str, list[dict[str, Any]]] = {
        "clusters": [one],
        "cluster_members": members,
        "cluster_targets": targets,
    }
    for table, rows in tables.items():
        findings.record(
            table, pl.DataFrame(rows, infer_schema_length=None).with_columns(decided_at=pl.lit(moment)), moment
        )


def test_the_third_member_within_an_hour_makes_a_finding_of_the_clusters_own_rule(base: Database) -> None:
    known(base)
    write(base, asked(5, every=20, accounts=5))
    (met,) = found(base, "meeting")
    assert (met.rule, met.decided_at, met.opened_at) == ("coordinated-attack", NOW + 40 * MINUTE, NOW)
    assert (met.requests, met.accounts, met.targets) == (3, 3, {person("creator_a"): NOW + 40 * MINUTE})
    (basis,) = met.bases
    assert set(basis.accounts) == {person(f"user_{n}") for n in range(3)}
    assert met.facts["cluster"] == {"cluster_id": "K", "accounts": 8, "targets": 3}


@pytest.mark.parametrize(
    ("events", "group"),
    [
        (asked(6, every=5, accounts=2), {}),
        (asked(3, every=31, accounts=3), {}),
        (asked(3, every=5, accounts=3, request_class="question"), {}),
        (asked(3, every=5, accounts=3), {"left": 1}),
        (asked(3, every=5, accounts=3), {"tier": "possible"}),
        (asked(3, every=5, accounts=3), {"decided": HOUR}),
        (asked(3, every=5, accounts=3), {"aims": {"creator_a": -HOUR}}),
    ],
    ids=["two", "too slow", "another class", "one has left", "only possible", "not decided yet", "known there already"],
)
def test_less_is_no_meeting(base: Database, events: list[dict[str, Any]], group: dict[str, Any]) -> None:
    known(base, **group)
    write(base, events)
    assert found(base, "meeting") == []


def test_a_target_that_it_left_two_days_ago_is_a_further_one(base: Database) -> None:
    known(base, aims={"creator_a": timedelta(days=-2)})
    write(base, asked(3, every=5, accounts=3))
    assert [f.rule for f in found(base, "meeting")] == ["cluster"]  # one target is too few for a coordinated attack


def test_a_cluster_that_a_person_has_rejected_is_nothing(base: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    known(base)
    write(base, asked(3, every=5, accounts=3))
    monkeypatch.setattr(Intake, "_rejected", lambda _: frozenset({"K"}))
    assert found(base, "meeting") == []


def test_live_sees_it_as_the_events_arrive_and_once(base: Database) -> None:
    known(base)
    live, cursor, seen = Intake(base, POLICY, live=True), Cursor(), []
    events = asked(5, every=10, accounts=5)
    for part in (events[1:2], events[:1], events[2:]):
        write(base, part)
        taken = live.read(cursor, Reach(NOW + 2 * HOUR))
        cursor = taken.cursor
        seen += [f for f in taken.recent if f.kind == "meeting"]
    assert [(f.finding_id, f.decided_at) for f in seen] == [
        (f.finding_id, f.decided_at) for f in found(base, "meeting")
    ]


def meeting(number: int, minutes: float) -> Finding:
    """Members of the cluster K meet on a target."""
    met = finding("meeting", f"m{number}", "coordinated-attack", minutes, targets=(number,), subject_kind="cluster")
    return replace(met, subject=cluster("K", 0, ()).finding_id)


def due(changes: Changes) -> list[Any]:
    return [(event.happened_at, event.severity) for event in changes.events if event.event == "due"]


def test_it_pages_at_once_and_the_detectors_own_look_does_not_page_again() -> None:
    running = engine()
    changes = running.run([meeting(4, 10), cluster("K", 5 * 60, (4, 5, 6))], at(6 * 60), at(6 * 60))
    assert due(changes) == [(at(10), "critical")]


def test_while_the_clusters_incident_is_open_it_grows_and_nobody_is_paged_again() -> None:
    running = engine()
    changes = running.run([cluster("K", 0, (1, 2, 3)), meeting(4, 10), burst(4, 12)], at(60), at(60))
    (incident,) = [i for i in running.cache.incidents.values() if i.merged_into is None]
    assert (incident.targets, due(changes)) == (4, [(at(0), "critical")])
