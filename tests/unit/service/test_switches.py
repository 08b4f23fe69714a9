"""Stop switches: one command each, kept with who and why, in force after restarts."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.unit.dashboards.findings.tables import NOON
from tests.unit.make import KEY
from veille.access import actor_header
from veille.api import Access, create_app, switches
from veille.config import Settings, Store
from veille.events import FolderId
from veille.service.research import ResearchService
from veille.service.sending_mode import SendingMode
from veille.service.switches import FolderSwitches, StopSwitches
from veille.sources.base import NeighbourSighting
from veille.store.audit import Audit
from veille.store.database import Database
from veille.store.modes import Modes

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ME = FolderId("5" * 32, NOW, "11")


@pytest.fixture
def base() -> Iterator[Database]:
    made = Database(None, Store(), KEY)
    yield made
    made.close()


def started(base: Database) -> tuple[SendingMode, StopSwitches]:
    """As a service that starts anew."""
    modes = Modes(base, ME)
    mode = SendingMode(modes, ME, NeighbourSighting)
    mode.turn()
    return mode, StopSwitches(modes, mode)


def test_paging_stops_at_once_and_stays_stopped_until_it_is_resumed(base: Database) -> None:
    mode, turned = started(base)
    assert mode.may_send
    told = turned.turn("paging", stopped=True, actor="Mila", comment="drill")
    assert (told.mode, told.reason, told.actor, told.comment) == ("quiet", "command", "Mila", "drill")
    assert not mode.may_send
    again, turned = started(base)
    assert not again.may_send
    assert turned.turn("paging", stopped=True, actor="Ben", comment="too").actor == "Mila", "again: nothing changes"
    turned.turn("paging", stopped=False, actor="Ben", comment="over")
    assert again.may_send
    assert started(base)[0].may_send


def test_research_stops_alone(base: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mode, turned = started(base)
    turned.turn("research", stopped=True, actor="Mila", comment="a wrong collection")
    assert mode.may_send
    assert turned.research_stopped
    assert started(base)[1].research_stopped
    published: list[bool] = []
    service = ResearchService(Settings(data_dir=tmp_path), base, KEY, lambda: not turned.research_stopped)
    monkeypatch.setattr(service, "_started", float("-inf"))
    monkeypatch.setattr(service._beside, "publish", lambda: published.append(True))
    service.publish()
    assert published == []
    turned.turn("research", stopped=False, actor="Mila", comment="removed")
    service.publish()
    assert published == [True]


def test_a_person_gives_a_reason_and_the_audit_log_keeps_it(base: Database, tmp_path: Path) -> None:
    routers = [switches.router(FolderSwitches(Settings(data_dir=tmp_path), base), Audit(base))]
    client = TestClient(create_app(None, Access("folder"), ("testserver",), routers))
    headers = {"Authorization": "Bearer folder", "X-Veille-Actor": actor_header("Mila", ["oncall"])}
    assert client.post("/v1/stop", headers=headers, json={"what": "paging", "comment": " "}).status_code == 422
    assert client.post("/v1/stop", headers=headers, json={"what": "ingest", "comment": "x"}).status_code == 422
    told = client.post("/v1/stop", headers=headers, json={"what": "paging", "comment": "the pager is replaced"})
    assert (told.status_code, told.json()["mode"]) == (200, "quiet")
    (row,) = base.cursor().execute("SELECT actor, action, subject, reason FROM audit_log").fetchall()
    assert row == ("Mila", "stop", "paging", "the pager is replaced")


def test_old_rows_are_about_paging(base: Database) -> None:
    base.cursor().execute(
        "INSERT INTO service_modes (known_at, folder, mode, reason) VALUES (?, ?, 'quiet', 'neighbour')",
        [NOON, ME.folder_id],
    )
    assert Modes(base, ME).latest() is not None
    assert Modes(base, ME).latest("research") is None
