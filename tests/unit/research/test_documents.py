"""What docs/research tells to type works: every shell block and every Python block, in order, in a fresh folder."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.unit.dashboards.published import history, publish
from veille.research.examples import examples, page

ROOT = Path(__file__).resolve().parents[3]
DOCUMENTS = ("examples", "snapshots-and-packs", "releases")
_BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.slow
@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_snippet_runs(name: str, tmp_path: Path) -> None:
    publish(tmp_path / "veille-data", history(24 * 7, datetime(2026, 1, 13, tzinfo=UTC)))
    blocks = _BLOCK.findall((ROOT / f"docs/research/{name}.md").read_text(encoding="utf-8"))
    assert blocks
    for language, text in blocks:
        command = ["bash", "-euo", "pipefail", "-c", text] if language == "sh" else [sys.executable, "-c", text]
        env = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        found = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        assert found.returncode == 0, f"{text}\n{found.stdout}\n{found.stderr}"


def test_the_page_of_examples_is_current() -> None:
    """Where this fails: veille research list --markdown > docs/research/examples.md"""
    assert (ROOT / "docs/research/examples.md").read_text(encoding="utf-8") == page(examples())
