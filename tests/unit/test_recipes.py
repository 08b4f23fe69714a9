"""The recipes of CONTRIBUTING.md, followed in a copy of the tree: how many files each touches, and that the checks hold afterwards."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("pipelines", "dashboards", "sql", "docs", "tests")
COPIED_FILES = ("CONTRIBUTING.md", "README.md", "CHANGELOG.md", "pyproject.toml", "veille.toml", "docker-compose.yml")
Edit = tuple[str, str]
"""What stands there → what is put before it; an empty first part is a new file."""

FIELD: Mapping[str, Edit] = {
    "pipelines/veille/events.py": (
        "    source_media_hash: Annotated[\n",
        '    mood: Annotated[Token | None, Stored("Mood of the request, as declared.")] = None\n',
    ),
    "sql/schema/990_mood.sql": ("", "-- The mood of a request.\nALTER TABLE mentions ADD COLUMN mood VARCHAR;\n"),
    "docs/contract.md": (
        "| `source_media_hash` |  |",
        "| `mood` |  | text of the form `^[A-Za-z0-9][A-Za-z0-9 ._:/+-]{0,63}$` | Its mood. |\n",
    ),
}
DETECTOR: Mapping[str, Edit] = {
    "pipelines/veille/detect/lulls.py": (
        "",
        '"""Hours in which nobody asked."""\n\nimport polars as pl\n\n\n'
        'def lulls(hours: pl.DataFrame) -> pl.DataFrame:\n    """hours: hour, mentions → those without any."""\n'
        '    return hours.filter(pl.col("mentions") == 0)\n',
    ),
    "tests/unit/detect/test_lulls.py": (
        "",
        '"""Lulls."""\n\nimport polars as pl\n\nfrom veille.detect.lulls import lulls\n\n\n'
        "def test_an_hour_without_mentions_is_one() -> None:\n"
        '    assert lulls(pl.DataFrame({"hour": [1, 2], "mentions": [3, 0]}))["hour"].to_list() == [2]\n',
    ),
    "pipelines/veille/store/finding_tables.py": (
        '    FindingTable(\n        name="clusters",\n',
        '    FindingTable(\n        name="lulls",\n        key=("hour",),\n'
        '        meaning="One row a lull: an hour in which nobody asked.",\n'
        '        columns=(fact("hour", "Start of the hour (UTC)."), *VERSIONED, fact("mentions", "How many.")),\n    ),\n',
    ),
    "sql/schema/990_lulls.sql": (
        "",
        "-- Hours in which nobody asked.\nCREATE TABLE lulls (\n    hour TIMESTAMP NOT NULL,\n    version INTEGER NOT NULL,\n"
        "    known_at TIMESTAMP NOT NULL,\n    decided_at TIMESTAMP NOT NULL,\n    mentions BIGINT NOT NULL\n);\n",
    ),
    "sql/detect/lulls.sql": (
        "",
        "-- Mentions of one hour. Parameters: $since (TIMESTAMP, UTC). Columns: hour (TIMESTAMP, UTC); mentions (BIGINT). Grain: one row.\n"
        'SELECT\n    $since AS "hour",\n    count(*) AS mentions\nFROM mentions\n'
        "WHERE occurred_at >= $since AND occurred_at < $since + INTERVAL 1 HOUR\n",
    ),
    "pipelines/veille/detection/lulls.py": (
        "",
        '"""Lulls on the grid, at each full hour."""\n\nfrom datetime import datetime, timedelta\n\n'
        "import polars as pl\n\nfrom veille.detect.lulls import lulls\nfrom veille.store.database import Database\n"
        "from veille.store.findings import Findings\n\n\nclass LullDetector:\n"
        '    """See detection/grid.py."""\n\n    name = "lulls"\n\n'
        "    def __init__(self, database: Database, findings: Findings) -> None:\n"
        "        self._database, self._findings = database, findings\n\n    def resume(self, until: datetime) -> None: ...\n\n"
        "    def step(self, at: datetime, *, final: bool) -> None:\n        if final and not at.minute:\n"
        '            found = lulls(self._database.frame("detect/lulls", since=at - timedelta(hours=1)))\n'
        '            self._findings.record("lulls", found.with_columns(decided_at=pl.lit(at)), at)\n\n'
        "    def conclude(self, *, wait: bool) -> bool:\n        return True\n\n    def close(self) -> None: ...\n",
    ),
    "pipelines/veille/detection/assembly.py": (
        "        ClusterDetector(database,",
        "        LullDetector(database, findings),\n",
    ),
}
DETECTOR_IMPORT = ("from veille.detection.surges.detector", "from veille.detection.lulls import LullDetector\n")
PAGE: Mapping[str, Edit] = {
    "dashboards/app_pages/platforms.py": (
        "",
        '"""Platforms: where is asked?"""\n\nimport streamlit as st\n\nfrom dashboards import states\n'
        "from dashboards.data import Catalogue\nfrom dashboards.texts import t\n\n\n"
        'def page(found: Catalogue) -> None:\n    """Everything below the title."""\n'
        '    st.dataframe(found.ask("platforms").rows, hide_index=True)\n\n\n'
        'states.heading(t("menu.platforms"), follow=False)\nstates.body(page, follow=False)\n',
    ),
    "dashboards/menu.py": ('    MenuEntry("feed",', '    MenuEntry("platforms", "public", ("viewer",)),\n'),
    "dashboards/texts/en.toml": ('feed = "', 'platforms = "Platforms"\n'),
    "dashboards/texts/fr.toml": ('feed = "', 'platforms = "Plateformes"\n'),
    "sql/dashboards/platforms.sql": (
        "",
        "-- Mentions of each platform. Columns: platform (VARCHAR); mentions (BIGINT). Grain: one platform.\n"
        "SELECT\n    platform,\n    count(*) AS mentions\nFROM mentions\nGROUP BY platform\nORDER BY platform\n",
    ),
}
CHANNEL: Mapping[str, Edit] = {
    "pipelines/veille/config/channels.py": (
        "Channel = Annotated[",
        'class Pigeon(SettingsSection):\n    """A pigeon loft."""\n\n    type: Literal["pigeon"]\n    url: str\n\n\n',
    ),
    "pipelines/veille/incidents/channels/pigeon.py": (
        "",
        '"""Pigeons."""\n\nfrom veille.config.channels import Pigeon\nfrom veille.incidents.channels.base import EVERYTHING\n'
        "from veille.incidents.channels.http import Poster\nfrom veille.incidents.channels.message import Message\n\n\n"
        'class PigeonChannel:\n    """Posts the headline."""\n\n    tells = EVERYTHING\n    resend_seconds: float | None = None\n'
        "    remembers = False\n    groups = False\n\n    def __init__(self, settings: Pigeon, timeout: float) -> None:\n"
        "        self._poster = Poster(settings.url, timeout)\n\n    def send(self, message: Message) -> str | None:\n"
        "        self._poster.post(message.text.encode())\n        return None\n\n"
        "    def close(self) -> None:\n        self._poster.close()\n",
    ),
    "pipelines/veille/incidents/channels/__init__.py": (
        "    channels.PagerDuty:",
        "    channels.Pigeon: PigeonChannel,\n",
    ),
    "docs/operations.md": ("| `apprise` | Slack", "| `pigeon` | a loft | everything | `url` |\n"),
}
CHANNEL_IMPORT = (
    "from veille.incidents.channels.webhook",
    "from veille.incidents.channels.pigeon import PigeonChannel\n",
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    left = shutil.ignore_patterns("*.zst", "*.png", "*.svg")  # what is compiled comes along: it takes seconds each time
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=left)
        else:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, tmp_path / name)
    for name in COPIED_FILES:
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def put(tree: Path, path: str, edit: Edit) -> None:
    before, text = edit
    file = tree / path
    if not before:
        assert not file.exists()
        file.write_text(text, encoding="utf-8")
        return
    held = file.read_text(encoding="utf-8")
    assert before in held, f"{path} no longer holds {before!r}"
    file.write_text(held.replace(before, text + before, 1), encoding="utf-8")


def touched(tree: Path) -> set[str]:
    """Files of the copy that differ from the tree."""
    found = (file for file in tree.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
    names = (file.relative_to(tree).as_posix() for file in found)
    return {
        name for name in names if not (ROOT / name).exists() or (ROOT / name).read_bytes() != (tree / name).read_bytes()
    }


def run(tree: Path, *arguments: str) -> None:
    """Python in the copy, which must end well."""
    environment = {**os.environ, "PYTHONPATH": f"{tree / 'pipelines'}:{tree}", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=tree, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def check(tree: Path, *tests: str) -> None:
    run(tree, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", *tests)


def dictionary(tree: Path) -> None:
    """As `veille dictionary --data-dir /nowhere --out docs/dictionary.md`."""
    command = ["veille", "dictionary", "--data-dir", str(tree / "nowhere"), "--out", str(tree / "docs/dictionary.md")]
    run(tree, "-c", f"import sys; sys.argv = {command!r}; from veille.cli import main; sys.exit(main())")


def test_a_field_of_an_event_touches_four_files(tree: Path) -> None:
    for path, edit in FIELD.items():
        put(tree, path, edit)
    dictionary(tree)
    assert touched(tree) == {*FIELD, "docs/dictionary.md"}
    check(
        tree, "tests/unit/deploy/test_contract_doc.py", "tests/unit/store/test_personal.py",
        "tests/unit/research/test_dictionary.py::test_the_committed_page_is_current",
    )  # fmt: skip


def test_a_detector_touches_eight_files(tree: Path) -> None:
    for path, edit in DETECTOR.items():
        put(tree, path, edit)
    put(tree, "pipelines/veille/detection/assembly.py", DETECTOR_IMPORT)
    dictionary(tree)
    assert touched(tree) == {*DETECTOR, "docs/dictionary.md"}
    check(
        tree, "tests/unit/detect/test_lulls.py", "tests/unit/store/test_personal.py",
        "tests/unit/store/test_findings.py::test_the_schema_has_the_declared_columns",
        "tests/unit/research/test_dictionary.py::test_the_committed_page_is_current",
    )  # fmt: skip


def test_a_page_touches_five_files(tree: Path) -> None:
    for path, edit in PAGE.items():
        put(tree, path, edit)
    assert touched(tree) == set(PAGE)
    check(
        tree, "tests/unit/dashboards/test_texts.py", "tests/unit/store/test_sql_headers.py", "-k", "texts or platforms"
    )


def test_a_channel_touches_four_files(tree: Path) -> None:
    for path, edit in CHANNEL.items():
        put(tree, path, edit)
    put(tree, "pipelines/veille/incidents/channels/__init__.py", CHANNEL_IMPORT)
    union = tree / "pipelines/veille/config/channels.py"
    union.write_text(
        union.read_text(encoding="utf-8").replace("Annotated[PagerDuty |", "Annotated[PagerDuty | Pigeon |"),
        encoding="utf-8",
    )
    assert touched(tree) == set(CHANNEL)
    check(tree, "tests/unit/incidents/channels/test_every_channel.py")
