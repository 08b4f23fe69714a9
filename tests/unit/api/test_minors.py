"""A minor flag is there for the people trained for it, and for nobody else."""

from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from tests.unit.incidents.make import burst, finding
from veille import config
from veille.access import Role, actor_header
from veille.incidents.engine import IncidentEngine
from veille.incidents.policy import Policy
from veille.incidents.store import IncidentStore
from veille.store.database import Database


@pytest.fixture
def flag(database: Database) -> str:
    policy, now = Policy(config.IncidentSettings()), datetime.now(UTC).replace(tzinfo=None)
    store = IncidentStore.of(database)
    engine = IncidentEngine(policy, store.cache(policy, now), live=True)
    found = [burst(1, 0), finding("minors", "m", "minor-flag", 0, targets=(7,))]
    store.write(engine.run(found, now, now), now)
    rows = database.cursor().execute("SELECT incident_id FROM incidents WHERE rota = 'minors'").fetchall()
    return str(rows[0][0])


def as_(role: Role) -> dict[str, str]:
    return {"Authorization": "Bearer folder", "X-Veille-Actor": actor_header("Mila", [role])}


@pytest.mark.parametrize("role", ["analyst", "oncall"])
def test_others_see_none_of_it(client: TestClient, flag: str, role: Role) -> None:
    for path in ("", "/record", "/record.md"):
        assert client.get(f"/v1/incidents/{flag}{path}", headers=as_(role)).status_code == 404
    for action, body in (("acknowledge", {}), ("comment", {"text": "x"}), ("reopen", {"comment": "x"})):
        assert client.post(f"/v1/incidents/{flag}/{action}", headers=as_(role), json=body).status_code == 404
    assert client.get("/v1/incidents?rota=minors", headers=as_(role)).json() == []
    assert len(client.get("/v1/incidents", headers=as_(role)).json()) == 1
    assert flag not in client.get("/v1/deliveries", headers=as_(role)).text
    assert client.get(f"/v1/deliveries?incident_id={flag}", headers=as_(role)).status_code == 404


def test_a_steward_sees_it_and_the_look_is_audited(client: TestClient, flag: str) -> None:
    shown = client.get(f"/v1/incidents/{flag}", headers=as_("steward"))
    assert shown.json()["kind"] == "minors"
    rows = client.get("/v1/audit?action=incident_read", headers=as_("steward")).json()
    assert [(row["actor"], row["subject"]) for row in rows] == [("Mila", flag)]
