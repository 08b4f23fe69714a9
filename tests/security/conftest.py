"""The whole API over an empty database, with its request guard as the running service puts it together."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.unit.api.test_operations import Fake
from veille import config
from veille.access import TokenFile
from veille.api import Access, create_app
from veille.api.guard import Refusals
from veille.privacy import Key
from veille.service.research import ResearchService
from veille.service.routers import incident_commands, topics
from veille.store.audit import Audit
from veille.store.database import Database

KEY = Key(bytes(32))


@pytest.fixture
def database() -> Iterator[Database]:
    opened = Database(None, config.Store(reserve_mib=0), KEY)
    yield opened
    opened.close()


@pytest.fixture
def counted() -> list[str]:
    """Statuses of refusals, as they go to the metric."""
    return []


@pytest.fixture
def app(database: Database, tmp_path: Path, counted: list[str]) -> FastAPI:
    settings, file = config.Settings(data_dir=tmp_path), TokenFile(tmp_path / "tokens.json")
    incident_service = incident_commands(settings, database)
    routers = topics(settings, KEY, database, file, incident_service, ResearchService(settings, database, KEY))
    refusals = Refusals(counted.append, Audit(database))
    return create_app(Fake(), Access("folder", file), ("localhost", "testserver"), routers, refusals=refusals)


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return TestClient(app, base_url="http://localhost", raise_server_exceptions=False)
