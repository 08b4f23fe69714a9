"""Every path of the API with every role: each can do exactly what it may."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.unit.api.test_operations import Fake
from veille.access import ROLES, Role, TokenFile, actor_header
from veille.api import Access, annotations, audit, create_app, samples, tokens
from veille.config import Store
from veille.privacy import Key
from veille.store.annotations import Annotations
from veille.store.audit import Audit
from veille.store.database import Database
from veille.store.samples import Samples

MAY: dict[tuple[str, str], set[Role]] = {
    ("GET", "/v1/status"): set(ROLES),
    ("GET", "/v1/deadletters"): {"oncall"},
    ("GET", "/v1/deadletters/{letter_id}"): {"steward"},
    ("POST", "/v1/deadletters/replay"): {"oncall"},
    ("POST", "/v1/backup"): set(),
    ("POST", "/v1/audit"): set(ROLES),
    ("GET", "/v1/audit"): {"steward"},
    ("GET", "/v1/audit/verify"): {"steward"},
    ("POST", "/v1/annotations"): {"analyst", "oncall", "researcher"},
    ("DELETE", "/v1/annotations/{annotation_id}"): {"analyst", "oncall", "researcher"},
    ("GET", "/v1/samples"): {"analyst", "researcher"},
    ("POST", "/v1/samples"): {"analyst", "researcher"},
    ("GET", "/v1/samples/{sample_id}"): {"analyst", "researcher"},
    ("POST", "/v1/samples/{sample_id}/codes"): {"analyst", "researcher"},
    ("GET", "/v1/samples/{sample_id}/codes"): {"analyst", "researcher"},
    ("GET", "/v1/tokens"): set(),
    ("POST", "/v1/tokens"): set(),
    ("DELETE", "/v1/tokens/{name}"): set(),
}
"""Who may call what, besides an admin."""


@pytest.fixture
def database() -> Iterator[Database]:
    opened = Database(None, Store(reserve_mib=0), Key(bytes(32)))
    yield opened
    opened.close()


@pytest.fixture
def app(database: Database, tmp_path: Path) -> FastAPI:
    file = TokenFile(tmp_path / "tokens.json")
    routers = [
        audit.router(Audit(database)),
        tokens.router(file, Audit(database)),
        annotations.router(Annotations(database)),
        samples.router(Samples(database)),
    ]
    return create_app(Fake(), Access("folder", file), ("localhost",), routers)


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return TestClient(app, base_url="http://localhost", raise_server_exceptions=False)


def headers(role: Role) -> dict[str, str]:
    return {"Authorization": "Bearer folder", "X-Veille-Actor": actor_header("Mila", [role])}


def guarded(app: FastAPI) -> set[tuple[str, str]]:
    paths = app.openapi()["paths"]
    return {(m.upper(), path) for path, methods in paths.items() for m in methods if path.startswith("/v1")}


def test_the_table_names_every_path(app: FastAPI) -> None:
    assert guarded(app) == set(MAY)


@pytest.mark.parametrize("call", MAY, ids=" ".join)
def test_each_role_can_do_exactly_what_it_may(client: TestClient, call: tuple[str, str]) -> None:
    method, path = call
    assert client.request(method, path).status_code == 401
    for role in ROLES:
        status = client.request(method, path, headers=headers(role), json={}).status_code
        allowed = role == "admin" or role in MAY[call]
        assert (status != 403) == allowed, f"{role}: {status}"


def test_a_persons_token_acts_for_herself_only(client: TestClient) -> None:
    made = client.post("/v1/tokens", headers=headers("admin"), json={"name": "Zoé", "roles": ["analyst"]})
    own = {"Authorization": f"Bearer {made.json()['token']}"}
    assert client.post("/v1/audit", headers=own, json={"action": "target.read", "subject": "T-1"}).status_code == 201
    assert client.post("/v1/audit", headers=own | {"X-Veille-Actor": "x;admin"}, json={}).status_code == 403
    rows = client.get("/v1/audit", headers=headers("steward")).json()
    assert [(row["actor"], row["action"]) for row in rows] == [("Zoé", "target.read"), ("Mila", "token_create")]
    assert client.delete("/v1/tokens/Zoé", headers=headers("admin")).json() == {"revoked": True}
    assert client.get("/v1/status", headers=own).status_code == 401


def test_nobody_writes_a_row_that_only_veille_writes(client: TestClient) -> None:
    assert client.post("/v1/audit", headers=headers("admin"), json={"action": "vault_reveal"}).status_code == 422


def test_a_changed_row_is_told(client: TestClient, database: Database) -> None:
    for n in range(3):
        client.post("/v1/audit", headers=headers("viewer"), json={"action": "page.read", "subject": str(n)})
    assert client.get("/v1/audit/verify", headers=headers("steward")).json()["sound"]
    database.cursor().execute("UPDATE audit_log SET subject = 'x' WHERE number = 2")
    found = client.get("/v1/audit/verify", headers=headers("steward")).json()
    assert (found["sound"], found["first_broken"]) == (False, 2)
