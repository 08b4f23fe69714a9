"""What the commands share: options, settings, output, and errors of one line."""

import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from veille.errors import VeilleError
from veille.events import EventType, misplaced_ids

if TYPE_CHECKING:
    from collections import Counter

    from veille.config import Posts, Settings
    from veille.sources.files import FileSource
    from veille.sources.translate import Options

DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        help="Folder of the database, the key and the published data (also VEILLE_DATA_DIR).",
        show_default="veille-data",
    ),
]
Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE…", help="Files or folders in a supported format (docs/your-own-data.md), or - for standard input."
    ),
]
TypeOption = Annotated[
    EventType | None,
    typer.Option("--type", help="Event type, if the events have no event_type."),
]
MapOption = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="FIELD=SOURCE",
        help="Source of a contract field: a name, a dotted path, :text, or several separated by commas; repeatable.",
    ),
]
MapFileOption = Annotated[
    Path | None, typer.Option("--map-file", help="File of FIELD=SOURCE lines, read before --map.")
]
FormatOption = Annotated[
    str | None,
    typer.Option(
        "--format", help="Format of the provider, if it is not detected automatically.", show_default="recognised"
    ),
]


class Dates(StrEnum):
    """Which part of a date such as 01/02/2026 comes first."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


DatesOption = Annotated[
    Dates | None,
    typer.Option("--dates", help="Order of day and month in dates such as 01/02/2026, if the file is ambiguous."),
]
JsonFlag = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]


class CommandError(VeilleError):
    """A command failed for a reason that its one line names."""


def settings(data_dir: Path | None = None) -> "Settings":
    """Settings with the command's `--data-dir`; raises ConfigError."""
    from veille import config

    return config.load(data_dir=data_dir)


_CONTROLS = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def printable(text: str) -> str:
    """The text without what a terminal obeys: control characters (but tab and newline) and marks that reorder text."""
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)


def say(line: str) -> None:
    """One line for the person, on standard output; what a terminal would obey is replaced."""
    sys.stdout.write(printable(line) + "\n")
    sys.stdout.flush()


def note(line: str) -> None:
    """One line beside the result, on standard error."""
    sys.stderr.write(printable(line) + "\n")
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
            raise typer.BadParameter(f"--map must be OURS=THEIRS, for example --map prompt=text; got {pair!r}")
        mapping[ours] = theirs
    if misplaced := misplaced_ids(mapping):
        raise typer.BadParameter(
            f"--map {misplaced[0]}=…: an ID can only be mapped to an ID field, because ID fields are pseudonymised"
        )
    return mapping


def reading(
    event_type: EventType | None,
    pairs: list[str] | None,
    map_file: Path | None,
    named: str | None,
    dates: Dates | None,
    posts: "Posts | None" = None,
) -> "Options":
    """What the options of a command say about its input. Raises a usage error for a mapping that is none."""
    from veille.config import Posts
    from veille.sources import mapping
    from veille.sources.base import SourceError
    from veille.sources.translate import Options

    try:
        given = [*(mapping.load(map_file) if map_file else ()), *(pairs or ())]
        mapped = mapping.parse(given) if given else None
    except SourceError as error:
        raise typer.BadParameter(str(error)) from None
    return Options(
        event_type=event_type,
        mapping=mapped,
        format=named,
        posts=posts or Posts(),
        day_first=None if dates is None else dates is Dates.DAY_FIRST,
    )


def tell_reading(source: "FileSource") -> None:
    """How files were read, and what was left out and why, on standard error."""
    for name, title in source.recognised.items():
        note(f"{name}: {title}")
    for line in source.said:
        note(line)
    tell_left_out(source.left_out)
    if source.unknown_fields:
        # A count and no names: a key of JSON can be a person's handle.
        note(
            f"Dropped {counted(len(source.unknown_fields), 'column')} that are not in the contract (`veille schema` prints it)"
        )


def tell_left_out(left_out: "Counter[str]") -> None:
    """A line for each reason, in the order of `reasons`."""
    from veille.sources.reasons import REASONS

    for reason, sentence in REASONS.items():
        if left_out[reason]:
            note(f"Left out {left_out[reason]:,}: {sentence}")


@contextmanager
def progress(label: str, total: float | None, unit: str = "events") -> Iterator["ProgressBar"]:
    """A progress bar with rate and time left on standard error; a line every TELL_SECONDS where that is no terminal."""
    bar = ProgressBar(label, total, unit)
    with bar.display:
        yield bar


TELL_SECONDS = 15.0
"""How often progress is told where there is no terminal."""


class ProgressBar:
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
        self._told_at = None if console.is_terminal else time.monotonic()
        self._label, self._unit = label, unit
        self._task = self.display.add_task(label, total=total, count=0, unit=unit, rate="")

    def update(self, done: float, count: int) -> None:
        """`done` of the bar's total; `count` of what it counts."""
        elapsed = self.display.tasks[0].elapsed or 0.0
        rate = f"{count / elapsed:,.0f}/s" if elapsed > 0.5 else ""
        self.display.update(self._task, completed=done, count=count, rate=rate)
        self._tell(done, count)

    def _tell(self, done: float, count: int) -> None:
        """Where no terminal shows the bar, a line now and then."""
        now = time.monotonic()
        if self._told_at is None or now - self._told_at < TELL_SECONDS:
            return
        self._told_at = now
        total = self.display.tasks[0].total
        part = f", {done / total:.0%}" if total else ""
        note(f"{self._label}: {count:,} {self._unit}{part}")

    def of(self, total: float) -> "ProgressBar":
        """The same bar with its total, once that is known."""
        self.display.update(self._task, total=total)
        return self

    def describe(self, label: str) -> None:
        self._label = label
        self.display.update(self._task, description=label)
