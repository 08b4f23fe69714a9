"""An installation with two published catalogues, bait beside them, and the three ways in."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.unit.dashboards.published import history, publish
from veille.access import Principal
from veille.api import Access, create_app
from veille.api import research as research_api
from veille.config import Settings, load
from veille.privacy import Key
from veille.research.gateway import Gateway, GatewayError, QueryRecord, QueryRequest, QueryResult
from veille.service.research import publish_research

BAIT = "BAIT-7f3a"
NOW = datetime(2026, 2, 10, 12, tzinfo=UTC)
LIMITS = {
    "seconds": 1.5,
    "memory_mib": 128,
    "temp_mib": 32,
    "rows": 1000,
    "result_mib": 4,
    "small": 2,
}


@dataclass(frozen=True)
class Ended:
    """How a query ended, whichever way it came. text: rows or message, to look for bait in."""

    outcome: str
    text: str


Ask = Callable[[str, str, float], Ended]


@dataclass(frozen=True)
class Installation:
    settings: Settings
    outside: Path
    secret: Path
    link: Path

    def files(self) -> dict[str, tuple[int, float]]:
        """Every file that a query must leave as it is, with size and time."""
        root = self.settings.data_dir
        own = root / "gateway"
        found = [*self.outside.rglob("*"), *(path for path in root.rglob("*") if own not in path.parents)]
        return {str(path): (path.stat().st_size, path.stat().st_mtime) for path in found if path.is_file()}

    def left_behind(self) -> list[Path]:
        """Temporary files of queries."""
        return list((self.settings.data_dir / "gateway" / "tmp").glob("*"))


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    root = tmp_path_factory.mktemp("escape")
    data_dir = publish(root / "data", history(72, NOW))
    settings = load(data_dir=data_dir, research=LIMITS)
    publish_research(settings, Key(bytes(32)), NOW.replace(tzinfo=None))
    outside = root / "outside"
    outside.mkdir(mode=0o777)
    secret = data_dir / "secret.txt"
    for file in (secret, outside / "secret.txt", data_dir / "api.token"):
        file.write_text(f"{BAIT}\n", encoding="ascii")
    link = settings.research_folder / "segments" / "link"
    link.symlink_to(outside)
    return Installation(settings, outside, secret, link)


class QueryService:
    """The gateway as the service puts it behind the API."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway

    def run(self, request: QueryRequest) -> QueryResult:
        return self.gateway.run(request)

    def queries(self, caller: Principal, limit: int) -> list[QueryRecord]:
        return self.gateway.recent(caller.name, caller.roles, limit)

    def cancel(self, query_id: str, caller: Principal) -> bool:
        return self.gateway.cancel(query_id, caller.name, caller.roles)


class Nothing:
    """An API that has nothing but research."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_, **__: None


@pytest.fixture(scope="session")
def api(installation: Installation) -> TestClient:
    research_service = QueryService(Gateway(installation.settings))
    app: FastAPI = create_app(Nothing(), Access("token"), ("testserver",), [research_api.router(research_service)])  # type: ignore[arg-type]
    return TestClient(app, headers={"Authorization": "Bearer token", "X-Veille-Actor": "rosa;researcher"})


WAYS = ("page", "cli", "api")


@pytest.fixture(params=WAYS)
def ask(
    request: pytest.FixtureRequest,
    installation: Installation,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Ask:
    """Ask as a researcher: as the page does, on the command line, over HTTP."""
    monkeypatch.setenv("VEILLE_PRIVACY__KEY", BAIT)
    ways: dict[str, Ask] = {
        "page": lambda *asked: as_page(installation, *asked),
        "cli": lambda *asked: _as_command(installation, monkeypatch, capsys, *asked),
        "api": lambda *asked: _as_call(request.getfixturevalue("api"), installation, *asked),
    }
    return ways[request.param]


def as_page(installation: Installation, sql: str, catalogue: str = "research", seconds: float = 1.5) -> Ended:
    """In the process of the dashboards."""
    request = QueryRequest(
        sql=sql, actor="rosa", roles=("researcher",), catalogue=catalogue, seconds=seconds, way="page"
    )
    try:
        result = Gateway(installation.settings).run(request)
    except GatewayError as error:
        return Ended(error.outcome, str(error))
    return Ended("ok", str(result.frame.to_dicts()))


def _as_command(
    installation: Installation,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    sql: str,
    catalogue: str,
    seconds: float,
) -> Ended:
    from veille import cli

    monkeypatch.delenv("VEILLE_PRIVACY__KEY")
    for name, value in LIMITS.items():
        monkeypatch.setenv(f"VEILLE_RESEARCH__{name.upper()}", str(value))
    place = str(installation.settings.data_dir)
    before = _newest(installation)
    arguments = ["veille", "query", "--as", "researcher", "--format", "json", "--data-dir", place]
    known = catalogue in ("analyst", "research")
    monkeypatch.setattr(sys, "argv", [*arguments, "--catalogue", catalogue, "--seconds", str(seconds), "--", sql])
    try:
        cli.main()
    except SystemExit as exit_:
        if exit_.code:
            message = capsys.readouterr().err
            assert not known or _newest(installation) != before, f"it did not reach the gateway: {message}"
            return Ended(last_record(installation).outcome if known else "refused", message)
    return Ended("ok", capsys.readouterr().out)


def _as_call(api: TestClient, installation: Installation, sql: str, catalogue: str, seconds: float) -> Ended:
    answer = api.post("/v1/query", json={"sql": sql, "catalogue": catalogue, "seconds": seconds})
    if answer.status_code == 200:
        return Ended("ok", answer.text)
    assert answer.status_code in (403, 422)
    detail = answer.json()["detail"]
    if isinstance(detail, list):  # 422, in the shape of a validation; ours are about no field
        if [each["loc"] for each in detail] == [["body", "sql"]]:  # longer than the request guard lets in
            return Ended("refused", detail[0]["msg"])
        assert [each["loc"] for each in detail] == [[]], "it reached the gateway"
        detail = detail[0]["msg"]
    return Ended(last_record(installation).outcome, detail)


def _newest(installation: Installation) -> str | None:
    found = Gateway(installation.settings).recent("steward", ("steward",), 1)
    return found[0].query_id if found else None


def last_record(installation: Installation) -> QueryRecord:
    """What the gateway noted of the newest query."""
    return Gateway(installation.settings).recent("steward", ("steward",), 1)[0]


def seconds_of_newest(installation: Installation) -> float:
    """How long the newest query ran; 0 where none was let in yet."""
    return max(
        (each.seconds or 0 for each in Gateway(installation.settings).recent("steward", ("steward",), 1)), default=0
    )


def children() -> list[psutil.Process]:
    """Processes of this one's that are still there, without those that only wait to be collected."""
    found = psutil.Process(os.getpid()).children(recursive=True)
    return [child for child in found if child.is_running() and "sandbox.worker" in " ".join(_line(child))]


def _line(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []
