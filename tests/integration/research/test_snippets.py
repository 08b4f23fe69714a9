"""What docs/research tells to type runs, and shows what is published."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.research.conftest import NOW, Nothing, QueryService
from tests.integration.test_other_engines import duckdb_cli
from tests.unit.dashboards.published import history, publish
from tests.unit.deploy.paths import ROOT
from veille.api import Access, create_app
from veille.api import research as research_api
from veille.config import load
from veille.privacy import Key
from veille.research.gateway import Gateway
from veille.service.http import ApiServer
from veille.service.research import publish_research

__all__ = ["duckdb_cli"]

PAGES = [ROOT / "docs/research/catalogues.md", ROOT / "docs/research/gateway.md"]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[tuple[str, str]]:
    """(page, text) of every block of a language."""
    return [
        (page.name, text)
        for page in PAGES
        for found, text in BLOCK.findall(page.read_text(encoding="utf-8"))
        if found == language
    ]


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working directory with the data folder that the pages speak of."""
    place = tmp_path_factory.mktemp("snippets")
    publish(place / "veille-data", history(72, NOW))
    settings = load(data_dir=place / "veille-data", research={"small": 2})
    publish_research(settings, Key(bytes(32)), NOW.replace(tzinfo=None))
    return place


def run(command: list[str], place: Path, path: str = "") -> str:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("VEILLE_")}
    scripts = str(Path(sys.executable).parent)
    kept["PATH"] = os.pathsep.join(filter(None, (path, scripts, kept["PATH"])))
    done = subprocess.run(command, cwd=place, env=kept, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_there_are_snippets() -> None:
    assert len(blocks("python")) >= 4
    assert len(blocks("sh")) >= 3


@pytest.mark.parametrize(("page", "text"), blocks("python"), ids=lambda each: each[:20])
def test_python(page: str, text: str, workplace: Path) -> None:
    printed = run([sys.executable, "-c", text], workplace)
    # Of so few events the research catalogue merges what is rare: "refused" is common enough to stand for itself.
    assert "refused" in printed or "sexualising" in text or "request_class" in text


def test_commands(workplace: Path) -> None:
    (text,) = (text for _, text in blocks("sh") if text.startswith("veille query"))
    for line in text.splitlines():
        if not line.startswith("veille sql"):  # the prompt has tests of its own
            run(["sh", "-c", line], workplace)
    assert (workplace / "hours.csv").read_text(encoding="utf-8").startswith("hour,platform,")


def test_over_http(workplace: Path) -> None:
    (text,) = (text for _, text in blocks("sh") if text.startswith("curl "))
    research_service = QueryService(Gateway(load(data_dir=workplace / "veille-data")))
    app = create_app(Nothing(), Access("a-token"), ("127.0.0.1",), [research_api.router(research_service)])  # type: ignore[arg-type]
    server = ApiServer(app, "127.0.0.1", 0)
    server.start()
    try:
        line = text.replace("http://127.0.0.1:8712", server.address).replace("$TOKEN", "a-token")
        answer = json.loads(run(["sh", "-c", line], workplace))
    finally:
        server.stop()
    assert answer["columns"] == ["n"]
    assert answer["rows"][0]["n"] > 0


@pytest.mark.slow
def test_the_duckdb_cli(workplace: Path, duckdb_cli: Path) -> None:
    (text,) = (text for _, text in blocks("sh") if text.startswith("duckdb "))
    shown = run(["sh", "-ec", text], workplace, str(duckdb_cli.parent))
    assert "complete_until" in shown
    assert "count_star()" in shown
