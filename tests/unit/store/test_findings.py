"""Findings: a changed one gets a further version, an unchanged one nothing; what is recorded is what is read."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.config import Publish, Store
from veille.privacy import Key
from veille.store.database import Database
from veille.store.declared import VERSIONED, FindingTable
from veille.store.finding_tables import FINDINGS
from veille.store.findings import Findings
from veille.store.publish import Publisher
from veille.store.reader import Reader
from veille.store.sql import sql_folder, statement

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
    assert Findings(database).latest("cluster_members").sort("account_id").equals(latest)


def test_versions_given_at_once_are_those_given_one_after_the_other(database: Database) -> None:
    roles = [
        ("a", "core"),
        ("b", "core"),
        ("a", "core"),
        ("b", "hub"),
        ("a", "hub"),
        ("b", "hub"),
        ("b", "core"),
        ("c", "core"),
    ]
    rows = [
        {**member(), "account_id": f"{number:032x}", "role": role} for number, role in ((ord(n), r) for n, r in roles)
    ]
    findings = Findings(database)
    findings.record("cluster_members", pl.DataFrame(rows[:1]), NOON)
    assert findings.record("cluster_members", pl.DataFrame(rows), NOON) == 5

    def versions(of: Database) -> list[tuple[object, ...]]:
        return of.cursor().execute("SELECT account_id, role, version FROM cluster_members ORDER BY ALL").fetchall()

    other = Database(None, Store(reserve_mib=0), KEY)
    single = Findings(other)
    for row in rows:
        single.record("cluster_members", pl.DataFrame([row]), NOON)
    assert versions(database) == versions(other)
    key = ["account_id", "version", "role"]
    assert findings.latest("cluster_members").sort(key).equals(single.latest("cluster_members").sort(key))
    other.close()


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


@pytest.mark.parametrize("table", FINDINGS.values(), ids=lambda table: table.name)
def test_the_schema_has_the_declared_columns(table: FindingTable, database: Database) -> None:
    """Under its own name the declared ones, where its rows are stored those and the constants."""

    def columns(name: str) -> list[str]:
        return [str(row[0]) for row in database.cursor().execute(f"DESCRIBE {name}").fetchall()]

    assert columns(table.name) == table.names
    together = [each for each in FINDINGS.values() if each.table == table.table]
    assert set(columns(table.table)) == {name for each in together for name in (*each.names, *each.constants)}
    assert {*table.key, table.published, *(column.name for column in VERSIONED)} <= set(table.names)


def deviation(surge_id: str) -> dict[str, object]:
    times = dict.fromkeys(("decided_at", "opened_at", "since", "peak_at"), NOON)
    figures = dict.fromkeys(("observed", "accounts", "window_seconds"), 3) | dict.fromkeys(
        ("expected", "low", "high", "score", "p_value", "q_value"), 0.5
    )
    return {"surge_id": surge_id, "series_kind": "language", "series_key": "fr", **times, **figures}


def test_surges_and_drops_share_a_table_and_are_told_apart(database: Database) -> None:
    findings = Findings(database)
    for table in ("surges", "drops"):
        assert findings.record(table, pl.DataFrame([deviation("same id"), deviation(table)]), NOON) == 2
    again = Findings(database)
    assert set(again.latest("surges")["surge_id"]) == {"same id", "surges"}
    assert set(again.latest("drops")["surge_id"]) == {"same id", "drops"}
    stored = database.cursor().sql("SELECT direction, count(*) FROM deviations GROUP BY ALL ORDER BY ALL").fetchall()
    assert stored == [("down", 2), ("up", 2)]
    again.clear()
    assert Findings(database).latest("drops").is_empty()


def test_rows_of_an_earlier_schema_keep_their_table_by_name(tmp_path: Path) -> None:
    """As it stood before migration 60: two tables with the same columns."""
    old = duckdb.connect()
    for file in sorted((sql_folder() / "schema").glob("00*.sql")):
        old.execute(file.read_text(encoding="utf-8"))
    names = ("surges", "drops")
    for number, name in enumerate(names, 1):
        row = {**deviation(name), "version": number, "known_at": NOON}
        old.register("new_rows", pl.DataFrame([row]).to_arrow())
        old.execute(f"INSERT INTO {name} BY NAME SELECT * FROM new_rows")
        old.unregister("new_rows")
    before = {name: old.sql(f"FROM {name}").fetchall() for name in names}
    old.execute(statement("schema/060_deviations"))
    assert {name: old.sql(f"FROM {name}").fetchall() for name in names} == before
    old.close()


@pytest.mark.slow
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


@pytest.mark.slow
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
