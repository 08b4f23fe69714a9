"""What the commands share: options, settings, output, and errors of one line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from veille import config
from veille.events import EventType

DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        help="Folder of the database, the key and what is published (also VEILLE_DATA_DIR).",
        show_default="veille-data",
    ),
]
TypeOption = Annotated[
    EventType | None,
    typer.Option("--type", help="Type of the events, where they do not name it in event_type."),
]
MapOption = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="OURS=THEIRS", help="A contract field and the file's name for it; repeatable."),
]
JsonFlag = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]


class CommandError(Exception):
    """A command failed for a reason that its one line names."""


def settings(data_dir: Path | None = None) -> config.Settings:
    """Settings with the command's `--data-dir`; raises ConfigError."""
    return config.load(data_dir=data_dir)


def say(line: str) -> None:
    """One line for the person, on standard output."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def note(line: str) -> None:
    """One line beside the result, on standard error."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def counted(number: int, thing: str) -> str:
    """`1 row`, `2,500 rows`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def parse_mapping(pairs: list[str] | None) -> dict[str, str]:
    """`["prompt=text"]` → {"prompt": "text"}; raises a usage error for anything else."""
    mapping: dict[str, str] = {}
    for pair in pairs or []:
        ours, separator, theirs = pair.partition("=")
        if not separator or not ours or not theirs:
            raise typer.BadParameter(f"--map takes OURS=THEIRS, for example --map prompt=text; got {pair!r}")
        mapping[ours] = theirs
    return mapping


@contextmanager
def progress(label: str, total: float | None, unit: str = "events") -> Iterator["Progress"]:
    """A progress bar with rate and time left on standard error; silent where that is no terminal."""
    bar = Progress(label, total, unit)
    with bar.display:
        yield bar


class Progress:
    """A bar over `total` steps that also counts `unit`."""

    def __init__(self, label: str, total: float | None, unit: str) -> None:
        from rich import progress as rich_progress
        from rich.console import Console

        console = Console(stderr=True)
        self.display = rich_progress.Progress(
            rich_progress.TextColumn("{task.description}"),
            rich_progress.BarColumn(),
            rich_progress.TaskProgressColumn(),
            rich_progress.TextColumn("{task.fields[count]:,} {task.fields[unit]}"),
            rich_progress.TextColumn("{task.fields[rate]}"),
            rich_progress.TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
            transient=False,
        )
        self._task = self.display.add_task(label, total=total, count=0, unit=unit, rate="")

    def update(self, done: float, count: int) -> None:
        """`done` of the bar's total; `count` of what it counts."""
        elapsed = self.display.tasks[0].elapsed or 0.0
        rate = f"{count / elapsed:,.0f}/s" if elapsed > 0.5 else ""
        self.display.update(self._task, completed=done, count=count, rate=rate)

    def of(self, total: float) -> "Progress":
        """The same bar with its total, once that is known."""
        self.display.update(self._task, total=total)
        return self

    def describe(self, label: str) -> None:
        self.display.update(self._task, description=label)
