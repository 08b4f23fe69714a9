"""Notes and double coding through the API."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from tests.unit.api.test_operations import Fake
from veille.access import TokenFile, actor_header
from veille.api import Access, annotations, create_app, samples
from veille.config import Store
from veille.privacy import Key
from veille.store.annotations import Annotations
from veille.store.database import Database
from veille.store.samples import Samples

ITEMS = [str(UUID(int=n)) for n in (3, 1, 2)]
SAMPLE: dict[str, Any] = {
    "question": "Is it?", "filters": {"platform": "x", "class": None}, "seed": "s", "drawn_from": 90, "event_ids": ITEMS
}  # fmt: skip


@pytest.fixture
def database() -> Iterator[Database]:
    opened = Database(None, Store(reserve_mib=0), Key(bytes(32)))
    yield opened
    opened.close()


@pytest.fixture
def client(database: Database, tmp_path: Path) -> TestClient:
    routers = [annotations.router(Annotations(database)), samples.router(Samples(database))]
    app = create_app(Fake(), Access("folder", TokenFile(tmp_path / "tokens.json")), ("localhost",), routers)
    return TestClient(app, base_url="http://localhost")


def acting(name: str) -> dict[str, str]:
    return {"Authorization": "Bearer folder", "X-Veille-Actor": actor_header(name, ["analyst"])}


def test_a_note_is_kept_in_the_writers_name_and_its_withdrawal_too(client: TestClient, database: Database) -> None:
    note = {"note": "  Collector moved  ", "since": "2026-01-10T12:00:00+02:00", "about": "surge:abc"}
    made = client.post("/v1/annotations", headers=acting("Mila"), json=note)
    row = Annotations(database).latest().row(0, named=True)
    assert (made.status_code, row["note"], row["author"], row["since"].hour) == (201, "Collector moved", "Mila", 10)
    path = f"/v1/annotations/{made.json()['annotation_id']}"
    assert client.delete(path, headers=acting("Zoé")).json() == {"withdrawn": True}
    assert client.delete(path, headers=acting("Zoé")).status_code == 404
    assert Annotations(database).latest().select("version", "author", "state").rows() == [(2, "Zoé", "withdrawn")]


@pytest.mark.parametrize("wrong", [{"note": " "}, {"note": "x" * 501}, {"about": "<b>"}, {"since": "yesterday"}])
def test_a_note_that_is_none_is_refused(client: TestClient, wrong: dict[str, str]) -> None:
    body = {"note": "a", "since": "2026-01-10T12:00:00Z"} | wrong
    assert client.post("/v1/annotations", headers=acting("Mila"), json=body).status_code == 422


def test_a_sample_keeps_its_order_and_hides_what_others_said(client: TestClient) -> None:
    sample = client.post("/v1/samples", headers=acting("Mila"), json=SAMPLE).json()["sample_id"]
    path = f"/v1/samples/{sample}"
    for item in ITEMS:
        client.post(f"{path}/codes", headers=acting("Mila"), json={"event_id": item, "code": "no"})
    client.post(f"{path}/codes", headers=acting("Mila"), json={"event_id": ITEMS[0], "code": "yes"})
    client.post(f"{path}/codes", headers=acting("Zoé"), json={"event_id": ITEMS[0], "code": "unsure"})
    seen = client.get(path, headers=acting("Zoé")).json()
    assert [(row["event_id"], row["code"]) for row in seen] == [
        (ITEMS[0], "unsure"),
        (ITEMS[1], None),
        (ITEMS[2], None),
    ]
    assert client.get(f"{path}/codes", headers=acting("Zoé")).status_code == 409
    everybody = client.get(f"{path}/codes", headers=acting("Mila")).json()
    assert {(row["event_id"], row["coder"]): row["code"] for row in everybody} == {
        (ITEMS[0], "Mila"): "yes", (ITEMS[1], "Mila"): "no", (ITEMS[2], "Mila"): "no", (ITEMS[0], "Zoé"): "unsure",
    }  # fmt: skip
    (listed,) = client.get("/v1/samples", headers=acting("Mila")).json()
    assert (listed["items"], listed["coders"], listed["done"]) == (3, ["Mila", "Zoé"], [3, 1])


def test_an_item_of_another_sample_is_not_coded(client: TestClient) -> None:
    sample = client.post("/v1/samples", headers=acting("Mila"), json=SAMPLE).json()["sample_id"]
    other = {"event_id": str(UUID(int=9)), "code": "yes"}
    assert client.post(f"/v1/samples/{sample}/codes", headers=acting("Mila"), json=other).status_code == 404
    assert client.get("/v1/samples/none", headers=acting("Mila")).status_code == 404
