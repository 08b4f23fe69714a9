"""An installation whose every published byte is hashed, and the four ways by which SQL comes in."""

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.integration.research.conftest import (
    LIMITS,
    Ended,
    Installation,
    _as_call,
    _as_command,
    api,
    as_page,
    installation,
)
from veille.research.examples import parse
from veille.research.packs import PackQuery, make, verify
from veille.research.snapshots import create, open_snapshot

__all__ = ["LIMITS", "api", "installation"]

MADE = datetime(2026, 2, 11, tzinfo=UTC)
WAYS = ("command", "api", "page", "pack")
SECONDS = 20.0
AskBy = Callable[[str, str], Ended]
"""Way, SQL → how it ended."""


@dataclass(frozen=True)
class Published:
    """An installation with a snapshot, which shares its segments by hard links, and a pack made of that."""

    installation: Installation
    live: Path
    pack: Path

    def hashes(self) -> dict[str, str]:
        """SHA-256 of every file of the data folder but the gateway's own, and of the folder that anybody may write."""
        root, own = self.installation.settings.data_dir, self.installation.settings.data_dir / "gateway"
        files = [*(path for path in root.rglob("*") if own not in path.parents), *self.installation.outside.rglob("*")]
        return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files if path.is_file()}

    def filled(self, sql: str) -> str:
        """SQL of tests.security.gate.writes with the places of this installation."""
        outside = self.installation.outside
        places = {
            "live": self.live,
            "new": self.live.with_name("new.parquet"),
            "out": outside / "planted",
            "db": outside / "planted.duckdb",
        }
        for name, place in places.items():
            sql = sql.replace(f"{{{name}}}", str(place))
        return sql


@pytest.fixture(scope="session")
def published(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Published:
    settings = installation.settings
    live = max(settings.research_folder.glob("segments/exchanges/*/*.parquet"), key=lambda path: path.stat().st_size)
    create(settings.data_dir, "held", "research", MADE)
    pack = tmp_path_factory.mktemp("packs") / "pack"
    question = PackQuery(parse("count", "SELECT count(*) AS n FROM exchanges"), {})
    make(question, open_snapshot(settings.data_dir / "snapshots/held"), pack, MADE)
    return Published(installation, live, pack)


@pytest.fixture
def ask_by(
    request: pytest.FixtureRequest,
    published: Published,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> AskBy:
    """Ask as a researcher by command, over HTTP, as the page does; or as whoever verifies a stranger's pack."""
    at = published.installation

    def ask(way: str, sql: str) -> Ended:
        if way == "page":
            return as_page(at, sql, seconds=SECONDS)
        if way == "api":
            return _as_call(request.getfixturevalue("api"), at, sql, "research", SECONDS)
        if way == "command":
            with monkeypatch.context() as patch:
                patch.setenv("VEILLE_PRIVACY__KEY", "x")
                return _as_command(at, patch, capsys, sql, "research", SECONDS)
        return _as_pack(published, tmp_path, sql)

    return ask


def _as_pack(published: Published, place: Path, sql: str) -> Ended:
    copy = place / "pack"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(published.pack, copy)
    (copy / "query.sql").write_text(sql, encoding="utf-8")
    snapshot = open_snapshot(published.installation.settings.data_dir / "snapshots/held")
    told = [line for line in verify(copy, snapshot).differences if "could not be run again" in line]
    return Ended("refused" if told else "ok", " ".join(told))
