"""Dockerfile, what goes into its build, and what it runs at build time."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import distributions

import pytest
from packaging.utils import canonicalize_name

from deploy.unneeded import needed, unneeded
from tests.unit.deploy.paths import DOCKERFILE, ROOT

TEXT = DOCKERFILE.read_text(encoding="utf-8")


def test_libraries_come_from_the_lock_with_hashes() -> None:
    installs = [line for line in TEXT.replace("\\\n", "").splitlines() if "python install " in line]
    assert len(installs) == 2
    assert "--require-hashes" in installs[0]
    assert "--only-binary :all:" in installs[0]
    assert re.findall(r"--requirement (\S+)", installs[0]) == ["requirements.lock", "requirements-extras.lock"]
    assert "--no-deps dist/*.whl" in installs[1]


def test_it_ends_as_an_unprivileged_user_with_a_health_check() -> None:
    final = TEXT.split("\nFROM ")[-1]
    assert re.search(r"^USER 10001:10001$", final, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK ", final, re.MULTILINE)
    assert re.search(r"^VOLUME /data$", final, re.MULTILINE)
    assert 'ENTRYPOINT ["veille"]' in final


def test_what_it_copies_exists_and_is_let_into_the_build() -> None:
    allowed = [
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line.startswith("!")
    ]
    copied = [
        source for line in re.findall(r"^COPY (?!--from)(.+)$", TEXT, re.MULTILINE) for source in line.split()[:-1]
    ]
    assert set(copied) == set(allowed)
    assert all((ROOT / source).exists() for source in copied)


def test_no_registry_is_named() -> None:
    assert not re.search(r"https?://|--index|--extra-index|\bdocker\.io/", TEXT)


def test_what_the_product_needs_stays_and_the_tools_of_development_go() -> None:
    kept, removed = needed("veille[fast]"), set(unneeded("veille[fast]"))
    assert {"veille", "duckdb", "streamlit", "kafka-python", "confluent-kafka", "packaging"} <= kept
    assert {"pytest", "mypy", "ruff", "playwright", "hatchling"} <= removed
    assert kept.isdisjoint(removed)
    assert kept | removed == {canonicalize_name(each.metadata["Name"]) for each in distributions()}


def test_the_image_can_do_the_login_that_the_pages_recommend() -> None:
    default = re.search(r"^ARG EXTRAS=(\w+)$", TEXT, re.MULTILINE)
    assert default
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert extras[default[1]] == ["veille[fast,login]"]
    assert {"authlib", "confluent-kafka"} <= needed("veille[fast,login]")


def test_every_direct_dependency_is_kept() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {canonicalize_name(re.split(r"[<>=\[;]", text)[0].strip()) for text in project["dependencies"]}
    assert names <= needed("veille")


def test_an_extra_that_is_not_asked_for_goes() -> None:
    assert "confluent-kafka" in unneeded("veille")
    assert "confluent-kafka" in unneeded("veille[]")


def test_the_script_prints_one_name_a_line() -> None:
    script = str(ROOT / "deploy/unneeded.py")
    done = subprocess.run([sys.executable, script, "veille[fast]"], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == unneeded("veille[fast]")


@pytest.mark.parametrize("name", ["deploy/prepare", ".ci/run"])
def test_scripts_parse_and_may_be_executed(name: str) -> None:
    file = ROOT / name
    assert file.stat().st_mode & 0o111
    assert "set -euo pipefail" in file.read_text(encoding="utf-8")
    subprocess.run(["bash", "-n", str(file)], check=True)
