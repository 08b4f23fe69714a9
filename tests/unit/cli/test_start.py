"""What a start of `veille` costs: the modules that it imports, and what it tells without importing a command."""

import subprocess
import sys

import pytest

from tests.unit.deploy.commands import root
from veille.cli.registry import COMMANDS

OURS = {
    "veille",
    "veille.cli",
    "veille.cli.private",
    "veille.cli.registry",
    "veille.errors",
    "veille.reasons",
    "veille.reasons.words",
}
HEAVY = {
    "polars",
    "pyarrow",
    "pandas",
    "duckdb",
    "httpx",
    "psutil",
    "numpy",
    "scipy",
    "sklearn",
    "fastapi",
    "rich.console",
}
_LISTED = (
    "import atexit, sys; atexit.register(lambda: sys.stderr.write(' '.join(sys.modules))); sys.argv[1:] = {arguments!r}"
)


def modules(*arguments: str) -> set[str]:
    """Imported by `veille …` in a process of its own."""
    code = f"{_LISTED.format(arguments=[*arguments])}; from veille.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


@pytest.mark.parametrize("argument", ["--version", "--help"])
def test_the_list_of_commands_imports_none_of_them(argument: str) -> None:
    loaded = modules(argument)
    assert {name for name in loaded if name.split(".")[0] == "veille"} == OURS
    assert not (HEAVY | {"pydantic"}) & loaded


@pytest.mark.parametrize("command", ["replay", "run", "query", "dashboard"])
def test_help_of_one_command_imports_no_settings_and_no_frames(command: str) -> None:
    loaded = modules(command, "--help")
    assert not (HEAVY | {"veille.config"}) & loaded


def test_detection_starts_without_what_few_starts_use() -> None:
    code = "import sys, veille.service.replay, veille.detection.coordination.engine; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"sklearn", "scipy.stats", "networkx", "pandas"} & set(done.stdout.split())


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_described_as_it_describes_itself(name: str) -> None:
    command = root().commands[name]
    assert command.name == name
    assert command.get_short_help_str(limit=1_000) == COMMANDS[name].does
