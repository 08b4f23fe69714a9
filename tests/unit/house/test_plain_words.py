"""Texts that people read are plain: forms that must not come back, one version, a change log under versions."""

import re
from pathlib import Path

import pytest

from veille import __version__

ROOT = Path(__file__).parents[3]
LIST = Path(__file__).parent / "plain_forms.txt"
READ_FIRST = (
    "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "veille.toml", "docs/operations.md", "docs/dashboards.md",
    "docs/runbooks/*.md", "dashboards/texts/*.toml", "docker-compose.yml", "deploy/*.yml",
)  # fmt: skip
"""The files that are rewritten. The other documents, docstrings, comments and SQL headers are not covered yet."""


def _forms() -> list[re.Pattern[str]]:
    lines = LIST.read_text(encoding="utf-8").splitlines()
    return [re.compile(line.split("\t")[0], re.I) for line in lines if line and not line.startswith("#")]


def _found(text: str) -> list[str]:
    lines = list(enumerate(text.splitlines(), 1))
    return [
        f"{number}: {form.pattern}: {line[:120]}" for number, line in lines for form in _forms() if form.search(line)
    ]


def test_the_list_holds_at_least_sixty_forms_each_with_what_to_write_instead() -> None:
    lines = [line for line in LIST.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert len(lines) >= 60
    assert [line for line in lines if not re.fullmatch(r"[^\t]+\t[^\t]+", line)] == []


@pytest.mark.parametrize("file", sorted(str(path.relative_to(ROOT)) for name in READ_FIRST for path in ROOT.glob(name)))
def test_no_form_of_the_list_comes_back(file: str) -> None:
    assert _found((ROOT / file).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("text", [
    "kafka-python takes them not", "Ask whoever runs the collectors.", "made anew at the next start", "It goes on by itself.",
    "`veille vault reveal` wants the folder for itself", "In full, its begin, or short",
])  # fmt: skip
def test_the_forms_find_what_they_are_for(text: str) -> None:
    assert _found(text) != []


def test_the_version_is_written_in_one_place() -> None:
    others = ("pyproject.toml", "docker-compose.yml", "Dockerfile", "README.md", "docs/operations.md")
    assert [name for name in others if __version__ in (ROOT / name).read_text(encoding="utf-8")] == []
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    assert headings[0].startswith(f"{__version__} (")
    assert [heading for heading in headings if not re.fullmatch(r"\d+\.\d+\.\d+ \(\d{4}-\d\d-\d\d\)", heading)] == []


def test_a_change_is_one_line() -> None:
    lines = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()[5:]
    assert [line for line in lines if line and not line.startswith(("- ", "## ", "### "))] == []
    assert [line for line in lines if len(line) > 200] == []
