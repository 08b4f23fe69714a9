"""What incidents count from events: bursts on first-time targets and flags; and clusters as findings."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from tests.unit.incidents.make import POLICY
from tests.unit.make import KEY, chunk, generation, mention
from veille.config import Store
from veille.events import EventType
from veille.incidents.clusters import ClusterVersions, cluster_findings
from veille.incidents.intake import Cursor, Intake, Reach
from veille.incidents.model import Finding
from veille.ingest.decode import Decoder
from veille.ingest.writer import Writer
from veille.reasons import told
from veille.store.database import Database

BEGIN = datetime(2026, 1, 10, 8, tzinfo=UTC)
KINDS = (EventType.MENTION, EventType.GENERATION)


@pytest.fixture
def base() -> Iterator[Database]:
    made = Database(None, Store(), KEY)
    yield made
    made.close()


def stamp(minutes: float) -> str:
    return (BEGIN + timedelta(minutes=minutes)).isoformat()


def asked(
    count: int, *, every: float, accounts: int, first: int = 1, begin: float = 0, **fields: Any
) -> list[dict[str, Any]]:
    """So many requests about one target, one every so many minutes, by so many accounts."""
    return [
        mention(
            first + n,
            occurred_at=stamp(begin + n * every),
            account_id=f"user_{n % accounts}",
            **{"target_id": "creator_a", **fields},
        )
        for n in range(count)
    ]


def write(base: Database, events: list[dict[str, Any]]) -> None:
    now = BEGIN + timedelta(days=30)
    kinds = {
        event_type: [e for e in events if ("outcome" in e) == (event_type is not EventType.MENTION)]
        for event_type in KINDS
    }
    chunks = [chunk(some, event_type) for event_type, some in kinds.items() if some]
    assert Writer(base).write(Decoder(KEY)(chunks, now), {}, now).accepted == len(events)


def found(base: Database, kind: str, *, live: bool = False, cursor: Cursor | None = None) -> list[Finding]:
    until = (BEGIN + timedelta(hours=20)).replace(tzinfo=None)
    taken = Intake(base, POLICY, live=live).read(cursor or Cursor(), Reach(until))
    return [finding for finding in (*taken.found, *taken.recent) if finding.kind == kind]


def rules(base: Database) -> dict[str, datetime]:
    return {finding.rule: finding.decided_at for finding in found(base, "burst")}


def test_twenty_requests_by_ten_accounts_within_an_hour_and_when(base: Database) -> None:
    write(base, asked(20, every=3, accounts=10))
    moment = (BEGIN + timedelta(minutes=57)).replace(tzinfo=None)
    assert rules(base) == {"first-time-target": moment}
    (finding,) = found(base, "burst")
    assert (finding.requests, finding.accounts, finding.opened_at) == (20, 10, BEGIN.replace(tzinfo=None))


@pytest.mark.parametrize(
    "events",
    [
        asked(19, every=3, accounts=10),
        asked(20, every=3.2, accounts=10),
        asked(20, every=3, accounts=5),
        asked(20, every=3, accounts=10, request_class="question"),
        asked(20, every=3, accounts=10) + asked(4, every=60, accounts=4, first=100, begin=-600, request_class="other"),
    ],
    ids=["too few", "too slow", "too few accounts", "another class", "known before"],
)
def test_less_is_no_burst(base: Database, events: list[dict[str, Any]]) -> None:
    write(base, events)
    assert rules(base) == {}


def test_a_sudden_attack_is_seen_with_its_eighth_account(base: Database) -> None:
    write(base, asked(9, every=1, accounts=9))
    begin = BEGIN.replace(tzinfo=None)
    assert rules(base) == {
        "first-surge": begin + timedelta(minutes=5),
        "first-burst": begin + timedelta(minutes=7),
    }


def test_live_and_replay_see_the_same_whatever_the_batches(base: Database) -> None:
    events = asked(24, every=2, accounts=12)
    live = Intake(base, POLICY, live=True)
    cursor, seen = Cursor(), []
    until = (BEGIN + timedelta(hours=2)).replace(tzinfo=None)
    for part in (events[15:], events[:7], events[7:15]):
        write(base, part)
        taken = live.read(cursor, Reach(until))
        cursor = taken.cursor
        seen += [f for f in taken.recent if f.kind == "burst"]
    whole = found(base, "burst")
    assert {(f.finding_id, f.rule) for f in seen} == {(f.finding_id, f.rule) for f in whole}
    assert live.read(cursor, Reach(until)).recent == []


def test_flags_count_up_and_a_generation_s_flag_belongs_to_the_target_of_its_mention(base: Database) -> None:
    events = [
        mention(
            1, occurred_at=stamp(0), target_id="creator_a", minor_suspected=True, minor_suspected_source="classifier"
        ),
        mention(2, occurred_at=stamp(1), target_id="creator_a"),
        generation(2, occurred_at=stamp(2), minor_suspected=True, minor_suspected_source="provider"),
        generation(9, occurred_at=stamp(3), mention_id="m77", minor_suspected=True, minor_suspected_source="provider"),
    ]
    for event in events:
        write(base, [event])
    flags = found(base, "minors")
    assert [(f.subject_kind, f.version, f.requests) for f in flags] == [
        ("target", 1, 1),
        ("target", 2, 2),
        ("nobody", 1, 1),
    ]
    assert len({f.finding_id for f in flags}) == 2
    assert all("unverified" in told(f.facts["why"]) for f in flags)


def versions(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, infer_schema_length=None)


def test_a_cluster_is_active_where_three_members_are_and_a_rejected_one_is_nothing() -> None:
    moment = datetime(2026, 1, 10, 12)
    one = {"cluster_id": "K", "tier": "validated", "state": "active", "decided_at": moment, "version": 1}
    clusters = versions([{**one, "accounts": 8, "last_active_at": moment, "p_value": 1e-9, "q_value": 1e-3}])
    aim = {"cluster_id": "K", "decided_at": moment, "mentions": 4, "first_at": moment, "last_at": moment}
    aims = versions([{**aim, "target_id": f"t{n}", "accounts": 3 if n < 3 else 2} for n in range(5)])
    who = {"cluster_id": "K", "decided_at": moment, "version": 1, "until": None}
    members = versions(
        [{**who, "account_id": "a1"}, {**who, "account_id": "a2"}, {**who, "account_id": "a3", "until": moment}]
    )
    found = ClusterVersions(clusters, aims, members)
    (finding,) = cluster_findings(found, frozenset(), POLICY, ("unknown",))
    (basis,) = finding.bases
    assert (basis.accounts, basis.classes) == (("a1", "a2"), ("unknown",))
    assert [span.key for span in basis.spans] == ["t0", "t1", "t2"]
    assert (finding.rule, sorted(finding.targets), finding.requests) == ("coordinated-attack", ["t0", "t1", "t2"], 12)
    assert list(cluster_findings(found, frozenset({"K"}), POLICY, ())) == []
    possible = clusters.with_columns(tier=pl.lit("possible"))
    assert list(cluster_findings(ClusterVersions(possible, aims, members), frozenset(), POLICY, ())) == []
