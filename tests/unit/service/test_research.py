"""The log of queries, the research routes of the API, and the catalogue made in a process of its own."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from fastapi.testclient import TestClient

from tests.unit.dashboards.published import history, publish
from tests.unit.make import KEY
from veille.access import Principal, Role
from veille.api import Access, create_app
from veille.api import research as research_api
from veille.config import Settings, load
from veille.research.gateway import QueryRequest
from veille.service.research import ResearchProcess, ResearchService
from veille.store.database import Database
from veille.store.publish.errors import PublishError
from veille.store.reader import Reader

NOW = datetime(2026, 2, 10, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = publish(tmp_path_factory.mktemp("desk") / "data", history(30, NOW))
    return load(data_dir=folder, research={"small": 2, "rows": 50})


@pytest.fixture(scope="module")
def research_service(settings: Settings) -> Iterator[ResearchService]:
    database = Database(None, settings.store, KEY)
    yield ResearchService(settings, database, KEY)
    database.close()


@pytest.fixture(scope="module")
def app(research_service: ResearchService) -> TestClient:
    class Nothing:
        def __getattr__(self, name: str) -> Any:
            return lambda *_, **__: None

    api = create_app(Nothing(), Access("token"), ("testserver",), [research_api.router(research_service)])
    return TestClient(api, headers={"Authorization": "Bearer token"})


def as_(name: str, role: str) -> dict[str, str]:
    return {"X-Veille-Actor": f"{name};{role}"}


def ask(app: TestClient, sql: str, name: str = "anna", role: str = "analyst", **more: Any) -> Any:
    body = {"sql": sql, "catalogue": "analyst"} | more
    return app.post("/v1/query", json=body, headers=as_(name, role))


def test_rows_come_as_json_csv_or_arrow(app: TestClient) -> None:
    sql = "SELECT request_class, count(*) AS n FROM mentions WHERE request_class = $class GROUP BY ALL"
    found = ask(app, sql, parameters={"class": "question"}).json()
    assert found["rows"] == [{"request_class": "question", "n": 90}]
    assert (found["columns"], found["truncated"]) == (["request_class", "n"], False)
    assert ask(app, "SELECT '=1' AS a", format="csv").text == "a\n=1\n"
    arrow = ask(app, "SELECT 1 AS a", format="arrow")
    assert pl.read_ipc_stream(arrow.content).rows() == [(1,)]
    assert arrow.headers["X-Veille-Rows"] == "1"
    assert ask(app, "SELECT * FROM range(100)").json()["notice"].startswith("cut off at 50 rows")


def test_errors_say_what_to_do(app: TestClient) -> None:
    wrong = ask(app, "SELECT nothere FROM mentions")
    assert (wrong.status_code, "nothere" in wrong.text) == (422, True)
    refused = ask(app, "SELECT 1", role="researcher")
    assert (refused.status_code, "not analyst" in refused.text) == (403, True)
    late = ask(app, "SELECT count(*) FROM range(100000000000)", seconds=1.0)
    assert (late.status_code, "time limit" in late.text) == (422, True)
    assert ask(app, "SELECT 1", role="viewer").status_code == 403
    assert app.post("/v1/query", json={"sql": "SELECT 1"}, headers={"Authorization": "Bearer x"}).status_code == 401


def test_a_person_sees_her_own_queries_and_a_steward_all(app: TestClient, research_service: ResearchService) -> None:
    ask(app, "SELECT 1 AS hers", name="rita")
    ask(app, "SELECT 2 AS his", name="omar")
    hers = app.get("/v1/queries", headers=as_("rita", "analyst")).json()
    assert [(row["sql"], row["outcome"], row["rows"]) for row in hers] == [("SELECT 1 AS hers", "ok", 1)]
    everybody = app.get("/v1/queries", headers=as_("sam", "steward")).json()
    assert {"rita", "omar"} <= {row["actor"] for row in everybody}
    again = app.get("/v1/queries", headers=as_("rita", "analyst")).json()
    assert again == hers, "taken into the log once"


def test_only_a_running_query_of_ones_own_can_be_ended(app: TestClient, research_service: ResearchService) -> None:
    assert app.delete("/v1/queries/" + "0" * 32, headers=as_("rita", "analyst")).status_code == 404
    gateway = research_service._gateway
    slow = "SELECT count(*) FROM range(100000000000)"
    running = gateway.start(QueryRequest(sql=slow, actor="rita", roles=("analyst",), catalogue="analyst"))
    place = f"/v1/queries/{running.query_id}"
    assert app.delete(place, headers=as_("omar", "analyst")).status_code == 403
    shown = app.get("/v1/queries", headers=as_("rita", "analyst")).json()
    assert shown[0]["outcome"] == "running"
    assert app.delete(place, headers=as_("rita", "analyst")).json() == {"cancelled": True}
    while not running.done():
        pass


def test_the_log_forgets_after_its_days(research_service: ResearchService, app: TestClient) -> None:
    ask(app, "SELECT 3", name="uma")
    caller = Principal("uma", frozenset[Role]({"analyst"}))
    assert len(research_service.queries(caller, 10)) == 1
    research_service.keep_house(datetime.now(UTC) + timedelta(days=179))
    assert len(research_service.queries(caller, 10)) == 1
    research_service.keep_house(datetime.now(UTC) + timedelta(days=181))
    assert research_service.queries(caller, 10) == []


@pytest.mark.slow
def test_the_catalogue_is_made_beside_and_its_failure_is_told(settings: Settings, tmp_path: Path) -> None:
    ResearchProcess(settings, KEY).publish()
    assert Reader(settings.research_folder).query("SELECT count(*) FROM exchanges").item() > 0
    with pytest.raises(PublishError, match="nothing is published"):
        ResearchProcess(settings.model_copy(update={"data_dir": tmp_path}), KEY).publish()
