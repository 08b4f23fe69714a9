"""Each library is pinned once, in the lock of those who need it, and its licence is listed."""

import re
import subprocess
import tomllib
from importlib.metadata import distributions
from typing import Any

import pytest
from packaging.utils import canonicalize_name

from deploy.unneeded import needed
from tests.licences import LOCKS, licence, listed, pinned
from tests.unit.deploy.paths import ROOT

CORE, EXTRAS, SPARK, DEV = map(pinned, LOCKS)
LICENCES = (ROOT / "LICENCES.md").read_text(encoding="utf-8")
OURS = {".py", ".sql", ".md", ".toml", ".yml", ".png", ".svg", ".lock", ".xml", ""}
"""Endings of files that are written here; a file with another one comes from elsewhere, or is named below."""
OUR_DATA = {"deploy/grafana/veille.json", "pipelines/veille/py.typed", "tests/unit/house/plain_forms.txt"}


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def names(requirements: list[Any]) -> set[str]:
    texts = [each for each in requirements if isinstance(each, str)]
    return {canonicalize_name(re.split(r"[<>=\[;]", text)[0].strip()) for text in texts}


def test_no_library_is_in_two_locks() -> None:
    assert not CORE & EXTRAS
    assert not CORE & DEV
    assert not EXTRAS & DEV
    assert not SPARK & (CORE | EXTRAS)
    assert {"sqlglot"} == SPARK & DEV  # the tests need it where Spark is not installed
    versions = {re.search(r"^sqlglot==(\S+)", (ROOT / lock).read_text(), re.MULTILINE)[1] for lock in LOCKS[2:]}  # type: ignore[index]
    assert len(versions) == 1


def test_the_core_is_all_that_veille_and_its_build_need_and_nothing_else() -> None:
    wanted = needed("veille") | needed("hatchling") | needed("editables")
    here = {canonicalize_name(each.metadata["Name"]) for each in distributions()}
    assert wanted - {"veille"} <= CORE
    assert CORE & here == wanted - {"veille"}


def test_extras_and_tools_are_in_locks_of_their_own() -> None:
    extras = project()["project"]["optional-dependencies"]
    assert names(extras["fast"]) | names(extras["login"]) <= EXTRAS
    assert needed("veille[fast,login]") - {"veille"} <= CORE | EXTRAS
    assert names(extras["spark"]) <= SPARK
    tools = names(project()["dependency-groups"]["dev"])
    assert tools <= CORE | DEV
    assert {"pytest", "mypy", "ruff", "playwright", "hypothesis"} <= DEV


def test_the_demo_installs_the_core_only() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^demo: \.venv/\.core ", makefile, re.MULTILINE)
    core = re.search(r"^\.venv/\.core: (.+)\n((?:\t.+\n)+)", makefile, re.MULTILINE)
    assert core
    assert re.findall(r"requirements\S*\.lock", core[0]) == ["requirements.lock", "requirements.lock"]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_hashes_and_names_no_registry(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert all("--hash=sha256:" in block for block in blocks)
    assert not re.search(r"https?://|--index", text)


def test_every_library_has_its_licence() -> None:
    found = listed()
    where = {name: lock for lock in LOCKS for name in pinned(lock)}
    assert {name: lock for name, (_, lock) in found.items()} == where, "run python -m tests.licences"
    installed = {name: (licence(name), said) for name, (said, _) in found.items() if licence(name)}
    assert all(here == said for here, said in installed.values()), "run python -m tests.licences"
    assert all(said.strip() for said, _ in found.values())


def test_every_file_from_elsewhere_has_its_licence() -> None:
    listing = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listing.returncode:
        pytest.skip("this copy has no git repository to list files with")
    files = [ROOT / name for name in listing.stdout.splitlines()]
    foreign = {
        str(file.relative_to(ROOT))
        for file in files
        if file.suffix not in OURS and "fixtures" not in file.parts and not file.name.startswith(".")
    }
    named = set(re.findall(r"^\| `([^`]+)` \| .+ \| .+ \|$", LICENCES, re.MULTILINE))
    carried = set(re.findall(r"\(`([^`]+)`\)", LICENCES))
    assert foreign - OUR_DATA <= named | carried
    assert all((ROOT / name).is_file() for name in named | carried)


def test_every_peer_and_fetched_program_has_its_licence() -> None:
    sources = [file.read_text(encoding="utf-8") for file in (ROOT / "tests/bench").glob("*.py")]
    peers = {name for text in sources for name in re.findall(r'"([a-z0-9-]+)==[\d.]+"', text)}
    pom = (ROOT / "tests/kafka-broker/pom.xml").read_text(encoding="utf-8")
    jars = re.findall(r"<dependency>\s*<groupId>(.+?)</groupId>\s*<artifactId>(.+?)</artifactId>", pom)
    fetched = peers | {":".join(each) for each in jars}
    assert fetched
    assert all(f"| {name} |" in LICENCES for name in fetched)
