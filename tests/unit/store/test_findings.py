"""Findings: a changed one gets a further version, an unchanged one nothing; what is recorded is what is read."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.config import Publish, Store
from veille.privacy import Key
from veille.store.database import Database
from veille.store.findings import KEYS, Findings
from veille.store.publish import Publisher
from veille.store.reader import Reader

KEY = Key(b"0123456789abcdef0123456789abcdef")
NOON = datetime(2026, 1, 5, 12)
ACCOUNT = "00000000-0000-0000-0000-00000000000a"
OTHER = "00000000-0000-0000-0000-00000000000b"


def member(account: str = ACCOUNT, role: str = "core", decided_at: datetime = NOON) -> dict[str, object]:
    return {
        "cluster_id": "c1",
        "account_id": account,
        "decided_at": decided_at,
        "role": role,
        "since": NOON,
        "until": None,
    }


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "veille.duckdb", Store(), KEY)
    yield opened
    opened.close()


def test_the_same_again_writes_nothing_also_after_a_restart(database: Database) -> None:
    rows = pl.DataFrame([member(), member(OTHER)])
    assert Findings(database).record("cluster_members", rows, NOON) == 2
    again = Findings(database)
    later = rows.with_columns(decided_at=pl.lit(NOON + timedelta(hours=1)))
    assert again.record("cluster_members", later, NOON + timedelta(hours=1)) == 0


def test_a_change_is_a_further_version_and_the_older_stays(database: Database) -> None:
    findings = Findings(database)
    findings.record("cluster_members", pl.DataFrame([member(), member(OTHER)]), NOON)
    findings.record("cluster_members", pl.DataFrame([member(role="hub")]), NOON + timedelta(minutes=1))
    latest = findings.latest("cluster_members").sort("account_id")
    assert latest.select("role", "version").rows() == [("hub", 2), ("core", 1)]
    assert database.frame("findings/latest_cluster_members").sort("account_id").equals(latest)


def test_zoned_times_become_utc(database: Database) -> None:
    paris = datetime(2026, 1, 5, 13, tzinfo=timezone(timedelta(hours=1)))
    row = {**member(), "since": paris.astimezone(UTC)}
    findings = Findings(database)
    findings.record("cluster_members", pl.DataFrame([row]), paris)
    assert findings.latest("cluster_members").select("since", "known_at").row(0) == (NOON, NOON)


def test_a_column_that_the_table_lacks_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="colour"):
        Findings(database).record("cluster_members", pl.DataFrame([{**member(), "colour": "red"}]), NOON)


def test_clearing_keeps_what_persons_said(database: Database) -> None:
    findings = Findings(database)
    findings.record("cluster_members", pl.DataFrame([member()]), NOON)
    verdict = {"cluster_id": "c1", "decided_at": NOON, "verdict": "rejected", "reason": "a fan club", "actor": "ana"}
    findings.record("cluster_verdicts", pl.DataFrame([verdict]), NOON)
    findings.clear()
    assert findings.latest("cluster_members").is_empty()
    assert findings.latest("cluster_verdicts").height == 1


@pytest.mark.parametrize("table", KEYS)
def test_every_table_has_its_key(table: str, database: Database) -> None:
    assert set(KEYS[table]) <= set(Findings(database).latest(table).columns)


@settings(max_examples=15, deadline=None)
@given(roles=st.lists(st.sampled_from(["core", "hub", "peripheral"]), min_size=1, max_size=12))
def test_versions_count_the_changes(roles: list[str]) -> None:
    database = Database(None, Store(), KEY)
    findings = Findings(database)
    for role in roles:
        findings.record("cluster_members", pl.DataFrame([member(role=role)]), NOON)
    changes = 1 + sum(before != after for before, after in pairwise(roles))
    assert findings.latest("cluster_members").select("version", "role").row(0) == (changes, roles[-1])
    database.close()


def test_readers_get_the_latest_and_every_version(database: Database, tmp_path: Path) -> None:
    findings = Findings(database)
    publisher = Publisher(database.cursor(), tmp_path / "published", Publish())
    publisher.start(NOON)
    reader = Reader(tmp_path / "published")
    assert reader.query("FROM cluster_members").is_empty()
    for minute, role in enumerate(("core", "hub")):
        findings.record("cluster_members", pl.DataFrame([member(role=role)]), NOON + timedelta(minutes=minute))
        publisher.publish(NOON + timedelta(minutes=minute, seconds=1))
    assert reader.query("SELECT role, version FROM cluster_members").rows() == [("hub", 2)]
    assert reader.query("SELECT role FROM cluster_members_versions ORDER BY version").rows() == [("core",), ("hub",)]
    publisher.rebuild(NOON + timedelta(minutes=5))
    assert reader.query("SELECT role, version FROM cluster_members").rows() == [("hub", 2)]
    publisher.close()
