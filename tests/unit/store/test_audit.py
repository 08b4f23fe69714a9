from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from veille.config import Store
from veille.privacy import Key
from veille.store.audit import Audit
from veille.store.database import Database
from veille.store.sql import sql_folder

NOON = datetime(2026, 1, 9, 12, tzinfo=UTC)
KEY = Key(bytes(32))


@pytest.fixture
def database() -> Iterator[Database]:
    opened = Database(None, Store(reserve_mib=0), KEY)
    yield opened
    opened.close()


def filled(database: Database, rows: int = 5) -> Audit:
    audit = Audit(database)
    for n in range(rows):
        audit.write("mila", "vault_reveal", f"subject {n}", f"reason {n}", NOON + timedelta(minutes=n))
    return audit


def part(text: str | None) -> str:
    return "-" if text is None else f"{len(text.encode())}:{text}"


def test_the_chain_can_be_recomputed_by_anybody(database: Database) -> None:
    audit = filled(database, 3)
    audit.write("léa", "token_create", None, None, NOON)
    previous = ""
    for row in audit.entries().reverse().iter_rows(named=True):
        microseconds = (row["happened_at"].replace(tzinfo=UTC) - datetime.fromtimestamp(0, UTC)) // timedelta(
            microseconds=1
        )
        parts = [previous, str(row["number"]), str(microseconds), row["actor"], row["action"], row["subject"]]
        previous = sha256("".join(part(each) for each in [*parts, row["reason"]]).encode()).hexdigest()
        assert row["digest"] == previous
    verdict = audit.verify()
    assert (verdict.sound, verdict.rows, verdict.head) == (True, 4, previous)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    number=st.integers(1, 6), column=st.sampled_from(["actor", "action", "subject", "reason", "happened_at", "digest"])
)
def test_any_change_is_found_at_its_row(number: int, column: str) -> None:
    opened = Database(None, Store(reserve_mib=0), KEY)
    audit = filled(opened, 6)
    value = "TIMESTAMP '2020-01-01'" if column == "happened_at" else "'another'"
    opened.cursor().execute(f"UPDATE audit_log SET {column} = {value} WHERE number = {number}")
    assert audit.verify().first_broken == number
    opened.close()


@pytest.mark.parametrize(("sql", "broken"), [("number = 3", 4), ("number = 1", 2)])
def test_a_removed_row_is_found(database: Database, sql: str, broken: int) -> None:
    audit = filled(database)
    database.cursor().execute(f"DELETE FROM audit_log WHERE {sql}")
    assert audit.verify().first_broken == broken


def test_a_cut_tail_or_a_chain_made_anew_shows_against_a_noted_head(database: Database) -> None:
    audit = filled(database)
    noted = audit.verify().head
    audit.write("mila", "vault_reveal", None, None, NOON)
    assert audit.verify(noted).sound
    database.cursor().execute("DELETE FROM audit_log WHERE number >= 5")
    verdict = audit.verify(noted)
    assert (verdict.first_broken, verdict.expected_missing, verdict.sound) == (None, True, False)


def test_writers_at_once_make_one_chain(database: Database) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda n: Audit(database).write("p", "act", str(n)), range(60)))
    verdict = Audit(database).verify()
    assert (verdict.sound, verdict.rows) == (True, 60)


def test_rows_from_before_the_chain_are_taken_into_it(tmp_path: Path) -> None:
    path = tmp_path / "old.duckdb"
    old = duckdb.connect(str(path))
    old.execute((sql_folder() / "schema/001_events.sql").read_text())
    old.execute("CREATE TABLE migrations (number INTEGER PRIMARY KEY, name VARCHAR NOT NULL)")
    old.execute("INSERT INTO migrations VALUES (1, '001_events')")
    for minute in range(3):
        old.execute(
            "INSERT INTO audit_log VALUES ($1, 'mila', 'vault_reveal', NULL, 'why')", [datetime(2026, 1, 9, 12, minute)]
        )
    old.close()
    opened = Database(path, Store(reserve_mib=0), KEY)
    audit = Audit(opened)
    audit.write("mila", "vault_reveal", at=NOON)
    assert (audit.verify().sound, audit.verify().rows) == (True, 4)
    opened.close()
