"""What the tests of the pages about findings share: a filled folder, empty tables, and a service that records."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dashboards import commands
from tests.made_once import copy_made_once
from tests.unit.dashboards import found as made
from tests.unit.dashboards.caches import forgetful  # noqa: F401  used by every test here
from tests.unit.dashboards.findings.tables import FindingTables


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return (
        copy_made_once(tmp_path_factory, "found", lambda place: made.folder(place / "data", datetime.now(UTC))) / "data"
    )


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """Commands as the service would have received them; each is answered with an empty object."""
    taken: list[tuple[str, dict[str, Any]]] = []

    def post(path: str, body: dict[str, Any]) -> dict[str, Any]:
        taken.append((path, body))
        return {}

    monkeypatch.setattr(commands, "post", post)
    monkeypatch.setattr(commands, "quietly", lambda path, body: post(path, body) is not None)
    return taken


@pytest.fixture(scope="session")
def empty_finding_tables(empty_catalogue: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return FindingTables.made(empty_catalogue / "published/analyst/catalog.duckdb", tmp_path_factory.mktemp("tables"))


@pytest.fixture
def found(empty_finding_tables: Path, tmp_path: Path) -> FindingTables:
    return FindingTables.copied(empty_finding_tables, tmp_path)
