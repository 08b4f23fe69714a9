"""What Spark needs and does not find is named with its cure, in one line."""

from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from veille.scale import session
from veille.scale.errors import ScaleError


def _java(folder: Path, version: str) -> Path:
    """A Java that only tells its version."""
    file = folder / "bin/java"
    file.parent.mkdir(parents=True)
    file.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2020-01-01' >&2\n")
    file.chmod(0o755)
    return folder


def test_without_the_extra_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(_: str) -> str:
        raise PackageNotFoundError

    monkeypatch.setattr(session, "version", absent)
    with pytest.raises(ScaleError, match=r"pyspark, which is not installed: .*veille\[spark\]"):
        session._checked()


def test_an_old_spark_is_named_with_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyspark", reason="pyspark is not installed (make .venv/.spark)")
    monkeypatch.setattr(session, "version", lambda _: "3.5.1")
    with pytest.raises(ScaleError, match=r"pyspark 4\.0 or later; found 3\.5\.1"):
        session._checked()


@pytest.mark.slow
def test_without_java_it_says_where_it_looked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(ScaleError, match=r"there is no java in JAVA_HOME .*: install a JDK"):
        session._check_java()


@pytest.mark.slow
@pytest.mark.parametrize("version", ["1.8.0_402", "11.0.22"])
def test_an_old_java_is_named(version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(_java(tmp_path / "old", version)))
    with pytest.raises(ScaleError, match=r"Java 17 or later; .*is 1"):
        session._check_java()


def test_a_new_java_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(_java(tmp_path / "new", "21.0.2")))
    session._check_java()
