from typing import Any

import polars as pl
import pytest
from fastapi.testclient import TestClient

from veille.api import Access, OperationError, create_app

TOKEN = {"Authorization": "Bearer secret-token"}


class Fake:
    """Answers like the service; notes what was asked."""

    def __init__(self) -> None:
        self.found: dict[str, list[str]] = {}
        self.asked: list[Any] = []

    def faults(self, *effects: str) -> list[str]:
        return [line for effect in effects for line in self.found.get(effect, [])]

    def catching_up(self) -> dict[str, str | None] | None:
        return {"decided_until": "2016-08-02T00:00:00+00:00", "events_until": "2016-09-30T00:00:00+00:00"}

    def metrics(self) -> bytes:
        return b"veille_up 1\n"

    def status(self) -> dict[str, Any]:
        return {"committed_batch": 3}

    def letters(self, rule: str | None, *, replayed: bool, limit: int) -> pl.DataFrame:
        self.asked.append((rule, replayed, limit))
        return pl.DataFrame({"letter_id": ["a"], "rule": ["json"]})

    def letter(self, letter_id: str, reader: str) -> dict[str, Any] | None:
        return {"letter_id": letter_id} if letter_id == "a" else None

    def replay_letters(
        self, letter_id: str | None, rule: str | None, mapping: dict[str, str], actor: str
    ) -> dict[str, int]:
        self.asked.append((letter_id, rule, mapping))
        return {"lines": 1}

    def backup(self, destination: str) -> dict[str, Any]:
        raise OperationError(f"{destination} is not empty")


@pytest.fixture
def service() -> Fake:
    return Fake()


@pytest.fixture
def client(service: Fake) -> TestClient:
    app = create_app(service, Access("secret-token"), ("127.0.0.1", "localhost"))
    return TestClient(app, base_url="http://localhost")


def test_health_readiness_and_metrics_are_open(client: TestClient, service: Fake) -> None:
    assert client.get("/healthz").status_code == client.get("/readyz").status_code == 200
    assert client.get("/metrics").text == "veille_up 1\n"
    service.found = {"readiness": ["source: broker down"], "neither": ["disk: low"]}
    assert client.get("/healthz").json() == {"alive": True, "faults": [], "catching_up": service.catching_up()}
    assert client.get("/readyz").json() == {"ready": False, "faults": ["source: broker down"]}
    service.found = {"liveness": ["watch: stopped"]}
    assert client.get("/healthz").status_code == client.get("/readyz").status_code == 503


def test_operations_ask_for_the_token(client: TestClient) -> None:
    for method, path in (
        ("GET", "/v1/status"),
        ("GET", "/v1/deadletters"),
        ("GET", "/v1/deadletters/a"),
        ("POST", "/v1/backup"),
    ):
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "secret-token"}):
            assert client.request(method, path, headers=headers, json={"destination": "x"}).status_code == 401
    assert client.get("/v1/status", headers=TOKEN).json() == {"committed_batch": 3}


def test_letters_and_their_replay(client: TestClient, service: Fake) -> None:
    assert client.get("/v1/deadletters?rule=json&limit=5", headers=TOKEN).json() == [{"letter_id": "a", "rule": "json"}]
    assert client.get("/v1/deadletters/b", headers=TOKEN).status_code == 404
    assert client.post("/v1/deadletters/replay", headers=TOKEN, json={"mapping": {"prompt": "text"}}).json() == {
        "lines": 1
    }
    assert service.asked == [("json", False, 5), (None, None, {"prompt": "text"})]
    wrong = client.post("/v1/deadletters/replay", headers=TOKEN, json={"rule": ["a-private-thing"]})
    assert wrong.status_code == 422
    assert wrong.json()["detail"][0]["loc"] == ["body", "rule"]
    assert "a-private-thing" not in wrong.text
    assert client.post("/v1/deadletters/replay", headers=TOKEN, json={"zork": 1}).status_code == 422
    moved = client.post("/v1/deadletters/replay", headers=TOKEN, json={"mapping": {"collection_id": "target_id"}})
    assert moved.status_code == 422


def test_an_operation_that_fails_says_why(client: TestClient) -> None:
    answer = client.post("/v1/backup", headers=TOKEN, json={"destination": "there"})
    assert (answer.status_code, answer.json()) == (409, {"detail": "there is not empty"})


def test_foreign_hosts_and_origins_are_refused(client: TestClient) -> None:
    assert client.get("/healthz", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/healthz", headers={"Origin": "http://evil.example"}).status_code == 403
    assert client.get("/healthz", headers={"Origin": "http://localhost"}).status_code == 200
