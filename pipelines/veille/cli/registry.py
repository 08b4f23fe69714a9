"""The commands of `veille` and where each is defined. A command's module is imported when it is called, not before.

So `veille --version` and `veille --help` import none of them: what they tell about a command stands here, equal to its own help
(tests/unit/cli/test_start.py).
"""

from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup


class Entry(NamedTuple):
    """A command or a group of commands: module below `veille.cli`, name in it, and what it does (first sentence of its help)."""

    module: str
    attribute: str
    does: str


COMMANDS = {
    "run": Entry(
        "run",
        "run",
        "Take events from Kafka, publish them within a second, and serve the API, until stopped (Ctrl-C or SIGTERM).",
    ),
    "replay": Entry("replay", "replay", "Take history from files into the data folder, detect over it and publish it."),
    "produce": Entry(
        "produce",
        "produce",
        "Send events from files to their Kafka topics, as they are: `veille run` says what breaks the contract.",
    ),
    "simulate": Entry("simulate", "simulate", "Simulate a scenario with known attacks, groups and traps."),
    "demo": Entry(
        "demo",
        "demo",
        "Simulate the winter 2025–26 surge up to this moment, replay it, stream on live and open the dashboard.",
    ),
    "dashboard": Entry(
        "dashboard", "dashboard", "Open the dashboards in the browser: what happens now, how fresh the data are."
    ),
    "query": Entry(
        "query",
        "query",
        "Run SQL over a published catalogue, while events go on arriving: in a locked process, with limits, on record.",
    ),
    "sql": Entry(
        "sql",
        "sql",
        "Ask a published catalogue at a prompt: history, completion, times, \\d for the schema, Ctrl-C ends a query.",
    ),
    "schema": Entry("schema", "schema", "Print the contract of one event type as JSON Schema (2020-12)."),
    "dictionary": Entry(
        "dictionary",
        "dictionary",
        "What every published column means: name, type, unit, meaning, definition; as Markdown.",
    ),
    "export": Entry(
        "export",
        "export",
        "Write an aggregate data set without people: CSV, Parquet, dictionary, methods note and checksums.",
    ),
    "fingerprint": Entry(
        "fingerprint",
        "fingerprint",
        "Print one digest per published relation: equal where two data folders hold the same figures.",
    ),
    "coordination": Entry(
        "coordination", "coordination", "Find accounts that act on the same targets together, in any file of mentions."
    ),
    "estimate": Entry(
        "estimate",
        "estimate",
        "Estimate how many rows have a value, from a model's labels on all rows and people's codes on a random part.",
    ),
    "official": Entry(
        "official",
        "official",
        "Take official figures from files: statements of reasons that platforms filed in the EU's DSA Transparency Database.",
    ),
    "backup": Entry(
        "backup", "backup", "Write a consistent copy of the private database; it may be running meanwhile."
    ),
    "stop": Entry(
        "switches",
        "stop",
        "Stop paging or research publishing until it is resumed; every page of the dashboards says so.",
    ),
    "resume": Entry("switches", "resume", "Resume what was stopped."),
    "restore": Entry(
        "restore",
        "restore",
        "Restore a backup into an empty data folder, checked from end to end.",
    ),
    "doctor": Entry(
        "doctor",
        "doctor",
        "Check configuration, key, disk, database, broker, topics and versions, and say how to mend each.",
    ),
    "import": Entry(
        "import_files",
        "import_files",
        "Say what files hold and what they can answer, then take them in, detect and publish.",
    ),
    "clusters": Entry(
        "clusters", "app", "Clusters of accounts that act together: read the evidence and record verdicts."
    ),
    "surges": Entry("surges", "app", "Find surges in a count series or a file of events, or compare settings."),
    "deadletters": Entry("deadletters", "app", "Messages that violated the contract: list, inspect and replay them."),
    "vault": Entry("vault", "app", "Optional vault of original IDs, readable only with its private key."),
    "research": Entry("research", "app", "Worked examples: the questions of published studies, as SQL."),
    "snapshot": Entry("snapshot", "app", "Keep a verifiable copy of the published data at one moment."),
    "lake": Entry("lake", "app", "Compute on a Spark cluster over a snapshot (docs/beyond-one-machine.md)."),
    "pack": Entry("pack", "app", "Pack a query with its answer so that anyone can check it."),
    "token": Entry("token", "app", "API tokens for people and programs."),
    "audit": Entry(
        "audit", "app", "Show and verify the audit log: access to personal data and changes of rights, as a hash chain."
    ),
    "incidents": Entry("incidents", "app", "Incidents: list, acknowledge, resolve and record them."),
}
"""By name, in the order in which `veille --help` lists them."""


class _Commands(MutableMapping[str, Any]):
    """The commands by name; each is imported when it is first asked for."""

    def __init__(self) -> None:
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._loaded:
            self._loaded[name] = _loaded(name, COMMANDS[name])
        return self._loaded[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        raise TypeError(f"commands cannot be removed: {name}")

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)

    def __contains__(self, name: object) -> bool:
        return name in COMMANDS


class LazyGroup(TyperGroup):
    """A group that has the commands of COMMANDS."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = _Commands()

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The list of commands in `--help`, from COMMANDS alone."""
        limit = formatter.width - 6 - max(map(len, COMMANDS))
        with formatter.section("Commands"):
            formatter.write_dl([(name, _short(entry.does, limit)) for name, entry in COMMANDS.items()])


def _short(does: str, limit: int) -> str:
    return TyperCommand(name=None, help=does).get_short_help_str(limit)


def _loaded(name: str, entry: Entry) -> Any:
    found = getattr(import_module(f"veille.cli.{entry.module}"), entry.attribute)
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    alone.callback()(_nothing)
    if isinstance(found, typer.Typer):
        alone.add_typer(found, name=name)
    else:
        alone.command(name)(found)
    return typer.main.get_group(alone).commands[name]


def _nothing() -> None:
    """A callback makes a group of a single command."""
