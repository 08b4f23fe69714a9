"""Looking up a known handle: hashed, audited, and nowhere kept."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from tests.unit.api.test_operations import Fake
from tests.unit.make import chunk
from veille.access import Role, TokenFile, actor_header
from veille.api import Access, create_app, lookup
from veille.config import Store
from veille.ingest.decode import Decoder
from veille.ingest.writer import Writer
from veille.privacy import Key, Pseudonymiser, short
from veille.sources.aliases import SeenAlias
from veille.store.aliases import PeopleAliases
from veille.store.audit import Audit
from veille.store.database import Database

KEY = Key(bytes(range(32)))
HANDLE = "Some.Body_7"
PERSON = UUID(bytes=Pseudonymiser(KEY).one("person", "x", HANDLE))
ASKED: dict[str, Any] = {"platform": "x", "handle": HANDLE, "reason": "she wrote to us"}


@pytest.fixture
def database() -> Iterator[Database]:
    opened = Database(None, Store(reserve_mib=0), KEY)
    yield opened
    opened.close()


@pytest.fixture
def client(database: Database, tmp_path: Path) -> TestClient:
    routers = [lookup.router(Pseudonymiser(KEY), Audit(database), PeopleAliases(database))]
    app = create_app(Fake(), Access("folder", TokenFile(tmp_path / "tokens.json")), ("localhost",), routers)
    return TestClient(app, base_url="http://localhost")


def acting(*roles: Role) -> dict[str, str]:
    return {"Authorization": "Bearer folder", "X-Veille-Actor": actor_header("Mila", roles)}


@pytest.mark.parametrize("handle", [HANDLE, f"@{HANDLE}", f" @{HANDLE.upper()} "])
def test_a_handle_becomes_the_pseudonym_of_the_data_however_it_is_written(client: TestClient, handle: str) -> None:
    answer = client.post("/v1/lookup", headers=acting("analyst"), json=ASKED | {"handle": handle})
    assert answer.json() == {"target_id": str(PERSON), "target": short(PERSON, "target"), "also": []}


def test_a_handle_that_records_show_with_a_number_is_that_person(client: TestClient, database: Database) -> None:
    now = datetime(2026, 1, 10, tzinfo=UTC)
    seen = [SeenAlias("x", number, HANDLE, at, at) for number, at in (("11", now - timedelta(days=9)), ("12", now))]
    Writer(database).write(Decoder(KEY)([replace(chunk([]), aliases=tuple(seen))], now), {}, now)
    answer = client.post("/v1/lookup", headers=acting("analyst"), json=ASKED | {"platform": "X"}).json()
    before, present = (UUID(bytes=Pseudonymiser(KEY).one("person", "x", number)) for number in ("11", "12"))
    assert (answer["target_id"], answer["target"]) == (str(present), short(present, "target"))
    assert [each["target_id"] for each in answer["also"]] == [str(before), str(PERSON)]
    assert answer["also"][0]["last_at"].startswith("2026-01-01")


def test_each_look_up_is_on_the_audit_log_without_the_handle(client: TestClient, database: Database) -> None:
    reason = f"@{HANDLE.lower()} wrote to us, says she is {HANDLE}"
    client.post("/v1/lookup", headers=acting("analyst"), json=ASKED | {"reason": reason})
    (entry,) = Audit(database).entries().to_dicts()
    name = short(PERSON, "target")
    assert (entry["actor"], entry["action"], entry["subject"]) == ("Mila", "target.lookup", name)
    assert entry["reason"] == f"{name} wrote to us, says she is {name}"
    assert HANDLE.lower() not in str(entry).lower()


@pytest.mark.parametrize("role", ["viewer", "researcher", "oncall"])
def test_who_may_not_look_up_learns_nothing(client: TestClient, database: Database, role: Role) -> None:
    assert client.post("/v1/lookup", headers=acting(role), json=ASKED).status_code == 403
    assert Audit(database).entries().is_empty()


@pytest.mark.parametrize("wrong", [{"handle": ""}, {"handle": " @ "}, {"handle": "secret_name" * 30}, {"handle": ["secret_name"]},
                                   {"reason": " "}, {"platform": ""}, {"secret_name": "x"}])  # fmt: skip
def test_a_wrong_request_is_refused_without_repeating_it(client: TestClient, database: Database, wrong: Any) -> None:
    answer = client.post("/v1/lookup", headers=acting("analyst"), json=ASKED | wrong)
    assert answer.status_code == 422
    assert "secret_name" not in answer.text
    assert HANDLE not in answer.text
    assert Audit(database).entries().is_empty()
