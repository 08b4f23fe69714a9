"""`veille simulate` as a person meets it."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from veille.cli.simulate import simulate
from veille.simulate import SimulationError

app = typer.Typer()
app.command()(simulate)


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def test_it_writes_a_scenario(tmp_path: Path) -> None:
    result = _run(
        "quiet-week", "--out", str(tmp_path / "out"), "--scale", "10000", "--seed", "3", "--end-at", "now", "--mixed"
    )
    assert result.exit_code == 0, result.output
    assert (tmp_path / "out/events.ndjson.zst").stat().st_size > 100_000
    described = json.loads((tmp_path / "out/scenario.json").read_text())
    assert (described["seed"], described["scale"]) == (3, 10_000)
    assert described["shift_seconds"] > 0
    again = _run("quiet-week", "--out", str(tmp_path / "out"), "--scale", "10000")
    assert isinstance(again.exception, SimulationError)  # main prints it as one line and exits with 1


def test_the_list_names_every_scenario() -> None:
    result = _run("--list")
    assert result.exit_code == 0
    for name in ("grok-winter-2026", "organic-week", "quiet-week", "planted-week"):
        assert name in result.output


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nowhere", "--out", "x"),
        ("--out", "x", "--end-at", "tomorrow"),
        ("--out", "x", "--scale", "3"),
        ("--out", "x", "--format", "xml"),
        ("--out", "x", "--seed", "-1"),
    ],
)
def test_wrong_usage_exits_with_2(arguments: tuple[str, ...]) -> None:
    assert _run(*arguments).exit_code == 2


def test_help_teaches_with_an_example() -> None:
    assert "Example: veille simulate" in _run("--help").output
