"""No source file is longer than about 300 lines: a file that grows beyond is split."""

from collections.abc import Mapping
from pathlib import Path

from tests.unit.house.code import PACKAGES, ROOT

MOST = 320

LONGER: Mapping[str, str] = {}
"""File → why it is longer."""


def too_long(files: Mapping[str, str]) -> list[str]:
    """Names of the texts that have more than `MOST` lines."""
    return sorted(name for name, text in files.items() if len(text.splitlines()) > MOST)


def sources() -> dict[str, str]:
    paths: list[Path] = [path for package in PACKAGES.values() for path in package.rglob("*.py")]
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def test_no_file_is_too_long_without_a_reason() -> None:
    assert too_long(sources()) == sorted(LONGER)


def test_a_planted_file_is_found() -> None:
    assert too_long({"short.py": "x\n" * MOST, "long.py": "x\n" * (MOST + 1)}) == ["long.py"]
