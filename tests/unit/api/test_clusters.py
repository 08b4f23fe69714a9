"""Verdicts through the API: in the caller's name, with a reason, audited."""

import pytest
from fastapi.testclient import TestClient

from tests.unit.store.clusters import NAME, record
from veille.access import actor_header
from veille.store.audit import Audit
from veille.store.database import Database

ANALYST = {"Authorization": "Bearer folder", "X-Veille-Actor": actor_header("Ana", ["analyst"])}


@pytest.fixture(autouse=True)
def _cluster(database: Database) -> None:
    record(database)


def test_what_is_said_is_kept_with_the_name_of_who_said_it(client: TestClient, database: Database) -> None:
    said = {"verdict": "rejected", "reason": " a fan club "}
    answer = client.post(f"/v1/clusters/{NAME[:8]}/verdict", headers=ANALYST, json=said)
    assert answer.json() == {"cluster_id": NAME, "verdict": "rejected"}
    found = client.get(f"/v1/clusters/{NAME}", headers=ANALYST).json()
    assert [(v["verdict"], v["reason"], v["actor"]) for v in found["verdicts"]] == [("rejected", "a fan club", "Ana")]
    entry = Audit(database).entries().row(0, named=True)
    assert (entry["actor"], entry["action"], entry["subject"]) == ("Ana", "cluster.rejected", NAME)
    rejected = client.get("/v1/clusters", headers=ANALYST, params={"verdict": "rejected"}).json()
    assert [row["cluster_id"] for row in rejected] == [NAME]


@pytest.mark.parametrize(
    "said", [{"verdict": "guilty", "reason": "x"}, {"verdict": "rejected", "reason": "  "}, {"verdict": "open"}]
)
def test_what_cannot_be_meant_is_refused_and_not_audited(
    client: TestClient, database: Database, said: dict[str, str]
) -> None:
    assert client.post(f"/v1/clusters/{NAME}/verdict", headers=ANALYST, json=said).status_code == 422
    assert Audit(database).entries().is_empty()


def test_an_unknown_cluster_is_not_found(client: TestClient, database: Database) -> None:
    assert client.get("/v1/clusters/ffff", headers=ANALYST).status_code == 404
    said = {"verdict": "rejected", "reason": "x"}
    assert client.post("/v1/clusters/ffff/verdict", headers=ANALYST, json=said).status_code == 404
    assert Audit(database).entries().is_empty()
