"""The whole API over an empty database, as the running service puts it together."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr

from tests.unit.api.test_operations import Fake
from veille import config
from veille.access import TokenFile
from veille.api import Access, create_app, switches
from veille.privacy import Key
from veille.service.research import ResearchService
from veille.service.routers import incident_commands, topics
from veille.service.switches import FolderSwitches
from veille.store.audit import Audit
from veille.store.database import Database

SECRET = "hook secret"
KEY = Key(bytes(32))


@pytest.fixture
def database() -> Iterator[Database]:
    opened = Database(None, config.Store(reserve_mib=0), KEY)
    yield opened
    opened.close()


@pytest.fixture
def app(database: Database, tmp_path: Path) -> FastAPI:
    duty = config.PagerDuty(
        type="pagerduty", routing_key=SecretStr("0" * 32), url="http://127.0.0.1:9/", webhook_secrets=SecretStr(SECRET)
    )
    settings, file = config.Settings(data_dir=tmp_path, channels={"duty": duty}), TokenFile(tmp_path / "tokens.json")
    incident_service = incident_commands(settings, database)
    routers = topics(settings, KEY, database, file, incident_service, ResearchService(settings, database, KEY))
    routers.append(switches.router(FolderSwitches(settings, database), Audit(database)))
    return create_app(Fake(), Access("folder", file), ("localhost", "testserver"), routers)


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return TestClient(app, base_url="http://localhost", raise_server_exceptions=False)
