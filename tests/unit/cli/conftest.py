"""Fixtures of the commands: `run` types one, `events` is a small file."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.make import generation, mention, raw
from veille import cli

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `veille …` in this process; returns exit status, standard output, standard error. Research is not published."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VEILLE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("VEILLE_RESEARCH__PUBLISH", "false")  # it is most of what a command with few events does

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["veille", *arguments])
        capsys.readouterr()
        try:
            cli.main()
            status = 0
        except SystemExit as exit_:
            status = int(exit_.code or 0)
        out, err = capsys.readouterr()
        return status, out, err

    return call


@pytest.fixture
def events(tmp_path: Path) -> Path:
    file = tmp_path / "mixed.ndjson"
    lines = [mention(n) | {"event_type": "mention"} for n in range(5)]
    lines += [generation(n) | {"event_type": "generation"} for n in range(2)]
    file.write_bytes(b"\n".join(map(raw, lines)) + b"\nbroken\n")
    return file
