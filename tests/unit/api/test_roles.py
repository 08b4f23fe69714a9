"""Every path of the API with every role: each can do exactly what it may."""

import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.unit.deploy.paths import ROOT
from veille.access import ROLES, Role, actor_header
from veille.store.database import Database

READERS: set[Role] = {"analyst", "oncall", "steward"}
HANDLERS: set[Role] = {"analyst", "oncall"}
REFERRERS: set[Role] = {"analyst", "steward"}
MAY: dict[tuple[str, str], set[Role]] = {
    ("GET", "/v1/status"): set(ROLES),
    ("GET", "/v1/deadletters"): {"oncall"},
    ("GET", "/v1/deadletters/{letter_id}"): {"steward"},
    ("POST", "/v1/deadletters/replay"): {"oncall"},
    ("POST", "/v1/backup"): set(),
    ("POST", "/v1/audit"): set(ROLES),
    ("GET", "/v1/audit"): {"steward"},
    ("GET", "/v1/audit/verify"): {"steward"},
    ("GET", "/v1/tokens"): set(),
    ("POST", "/v1/tokens"): set(),
    ("DELETE", "/v1/tokens/{name}"): set(),
    ("GET", "/v1/clusters"): READERS,
    ("GET", "/v1/clusters/{cluster_id}"): READERS,
    ("POST", "/v1/clusters/{cluster_id}/verdict"): REFERRERS,
    ("GET", "/v1/incidents"): READERS,
    ("GET", "/v1/incidents/{incident_id}"): READERS,
    ("GET", "/v1/incidents/{incident_id}/record"): READERS,
    ("GET", "/v1/incidents/{incident_id}/record.md"): READERS,
    ("GET", "/v1/deliveries"): READERS,
    ("GET", "/v1/silences"): READERS,
    ("GET", "/v1/reports/precision"): READERS,
    ("GET", "/v1/reports/handover"): READERS,
    ("GET", "/v1/reports/backtest"): HANDLERS,
    ("POST", "/v1/incidents/{incident_id}/acknowledge"): HANDLERS,
    ("POST", "/v1/incidents/{incident_id}/assign"): HANDLERS,
    ("POST", "/v1/incidents/{incident_id}/comment"): HANDLERS,
    ("POST", "/v1/incidents/{incident_id}/resolve"): HANDLERS,
    ("POST", "/v1/incidents/resolve"): HANDLERS,
    ("POST", "/v1/incidents/{incident_id}/reopen"): HANDLERS,
    ("POST", "/v1/silences"): HANDLERS,
    ("DELETE", "/v1/silences/{silence_id}"): HANDLERS,
    ("POST", "/v1/incidents/{incident_id}/refer"): REFERRERS,
    ("POST", "/v1/referrals/{referral_id}/outcome"): REFERRERS,
    ("POST", "/v1/channels/{name}/test"): {"oncall"},
    ("POST", "/v1/go-live"): {"oncall"},
    ("POST", "/v1/stop"): {"oncall", "steward"},
    ("POST", "/v1/resume"): {"oncall", "steward"},
    ("POST", "/v1/lookup"): {"analyst", "steward"},
    ("POST", "/v1/annotations"): {"analyst", "oncall", "researcher"},
    ("DELETE", "/v1/annotations/{annotation_id}"): {"analyst", "oncall", "researcher"},
    ("GET", "/v1/samples"): {"analyst", "researcher"},
    ("POST", "/v1/samples"): {"analyst", "researcher"},
    ("GET", "/v1/samples/{sample_id}"): {"analyst", "researcher"},
    ("POST", "/v1/samples/{sample_id}/codes"): {"analyst", "researcher"},
    ("GET", "/v1/samples/{sample_id}/codes"): {"analyst", "researcher"},
    ("POST", "/v1/query"): {"researcher", "analyst", "steward"},
    ("GET", "/v1/queries"): {"researcher", "analyst", "steward"},
    ("DELETE", "/v1/queries/{query_id}"): {"researcher", "analyst", "steward"},
}
"""Who may call what, besides an admin."""

SIGNED = {("POST", "/v1/webhooks/pagerduty")}
"""What asks for a signature instead of a token."""


def headers(role: Role) -> dict[str, str]:
    return {"Authorization": "Bearer folder", "X-Veille-Actor": actor_header("Mila", [role])}


def guarded(app: FastAPI) -> set[tuple[str, str]]:
    paths = app.openapi()["paths"]
    return {(m.upper(), path) for path, methods in paths.items() for m in methods if path.startswith("/v1")}


def test_the_table_names_every_path(app: FastAPI) -> None:
    assert guarded(app) == set(MAY) | SIGNED


@pytest.mark.slow
@pytest.mark.parametrize("call", MAY, ids=" ".join)
def test_each_role_can_do_exactly_what_it_may(client: TestClient, call: tuple[str, str]) -> None:
    method, path = call[0], re.sub(r"\{\w+\}", "123456", call[1])
    assert client.request(method, path).status_code == 401
    for role in ROLES:
        status = client.request(method, path, headers=headers(role), json={}).status_code
        allowed = role == "admin" or role in MAY[call]
        assert (status != 403) == allowed, f"{role}: {status}"
        assert status < 500


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


def test_the_page_of_the_api_says_the_same() -> None:
    text = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    said = {
        call: set(who.split(", ")) - {"nobody else"}
        for row, who in re.findall(r"^\| (`(?:GET|POST|DELETE) /v1.*?) \| ([\w, ]+) \|$", text, re.MULTILINE)
        for call in re.findall(r"`(GET|POST|DELETE) (/v1/[^`]+)`", row)
    }
    assert said == {call: {"viewer"} if roles == set(ROLES) else roles for call, roles in MAY.items()}
