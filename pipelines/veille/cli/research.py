"""`veille research`: the worked examples."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from veille.cli.common import CommandError, DataDir, note, say, settings
from veille.cli.research_options import Params, Since, Spreadsheet, Until, parameters, write

if TYPE_CHECKING:
    from veille.research.examples import Example
    from veille.research.examples.binding import Value
    from veille.research.packs.execute import LockedReader

app = typer.Typer(no_args_is_help=True, help="Worked examples: the questions of published studies, as SQL.")

NameArgument = Annotated[
    str, typer.Argument(metavar="NAME", help="Name of an example; `veille research list` shows all.")
]
Snapshot = Annotated[str | None, typer.Option("--snapshot", help="Query this snapshot instead of the live catalogue.")]


@app.command(name="list")
def list_(
    markdown: Annotated[bool, typer.Option("--markdown", help="All examples as one page, with columns.")] = False,
) -> None:
    """Names and questions of all examples."""
    from veille.research.examples import examples, page

    if markdown:
        say(page(examples()).rstrip("\n"))
        return
    width = max(len(each.name) for each in examples())
    for each in examples():
        say(f"{each.name:<{width}}  {each.question}")


@app.command()
def show(name: NameArgument) -> None:
    """The SQL of an example, with its question, method, caveats, parameters and columns."""
    from veille.research.examples import example

    say(example(name).sql.rstrip("\n"))


@app.command()
def run(
    name: NameArgument,
    *,
    data_dir: DataDir = None,
    since: Since = None,
    until: Until = None,
    param: Params = None,
    catalogue: Annotated[str, typer.Option(help="analyst or research.")] = "analyst",
    snapshot: Snapshot = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write .csv or .parquet.")] = None,
    spreadsheet: Spreadsheet = False,
) -> None:
    """Run an example on current data: on their whole span, where no times are given.

    Example: veille research run answered_rate --since 2026-01-01 --until 2026-01-08
    """
    from veille.cli.connect import on_record
    from veille.research.examples import HeldData, bind, example
    from veille.research.packs.execute import LockedReader
    from veille.store.export import to_table

    chosen = example(name)
    given = parameters(param, since, until)
    configured = settings(data_dir)
    folder, catalogue = _folder(configured.data_dir, chosen, catalogue, snapshot)
    reader = LockedReader(folder, configured.research.kernel_lock)
    held = HeldData(**reader.named("research/release/held").row(0, named=True))
    filled = held.fill(chosen.parameters, given)
    values = bind(chosen.parameters, filled)
    own = [f"{key}={text}" for key, text in filled.items() if text is not None and given.get(key) is None]
    if own:
        note(f"Defaults from these data: {', '.join(own)}")
    if catalogue == "analyst":  # single events lie behind the answer
        on_record(configured, "veille research run", "research.run", chosen.name)
    frame = reader.query(chosen.sql, values)
    if catalogue == "research":
        for line in coarseness(reader, chosen, values):
            note(line) if out is not None else say(line)
    if out is not None:
        write(frame, out, spreadsheet=spreadsheet)
    else:
        say(to_table(frame, rows=200).rstrip("\n"))
    for sentence in held.why_not(chosen, values, frame):
        note(sentence)
    note(f"{chosen.question} Caveats: {chosen.caveats}")
    if values.get("since") and values.get("until"):
        note(f"Collected in this period: {collected(reader, values['since'], values['until'])}")


def coarseness(reader: "LockedReader", chosen: "Example", values: "Mapping[str, Value]") -> list[str]:
    """A line for each relation counted by share: how much of a period is placed, and which way counts may err."""
    from veille.store.publish.template import WITHIN
    from veille.store.sql import filled

    since, until = _period(values)
    if since is None or until is None:
        return []
    lines = []
    for relation in sorted(set(re.findall(r"\b(\w+)_within\(", chosen.sql)) & set(WITHIN)):
        row = reader.query(
            filled("research/release/placed", {"macro": f"{relation}_within"}),
            {"since": since, "until": until},
        ).row(0, named=True)
        most = row["surely"] + row["possibly"] + row["held_back"]
        share = row["surely"] / most if most else 1.0
        lines.append(
            f"Research catalogue, {relation}: {row['surely']:,} rows surely lie in this period, {row['possibly']:,} only possibly "
            f"(shared out by time), up to {row['held_back']:,} are not published. At least {share:.0%} is placed; counts of surely "
            "placed rows alone are too low."
        )
    return lines


def _period(values: "Mapping[str, Value]") -> "tuple[datetime | None, datetime | None]":
    """The time that a question asks about, as its parameters state it."""
    at, days, hours = values.get("policy_at"), values.get("days"), values.get("hours")
    since, until = values.get("since"), values.get("until")
    if isinstance(at, datetime) and isinstance(days, int):
        return at - timedelta(days=2 * days), at + timedelta(days=days)
    if isinstance(since, datetime) and isinstance(hours, int):
        return since, since + timedelta(hours=hours)
    return (since, until) if isinstance(since, datetime) and isinstance(until, datetime) else (None, None)


def collected(reader: "LockedReader", since: object, until: object) -> str:
    """Which collections ran in a period, as one line."""
    rows = reader.named("research/release/collections", since=since, until=until).iter_rows(named=True)
    told = [
        f"{row['event_type']}s of {row['collection_id'] or 'unnamed'} on {row['platform']}, {row['hours_covered']} of {row['hours']} h"
        + (
            f", each kept with probability {row['sampling_probability']}"
            if row["sampling_probability"] is not None
            else ""
        )
        for row in rows
    ]
    return "; ".join(told) or "nothing"


def _folder(data_dir: Path, chosen: "Example", catalogue: str, snapshot: str | None) -> tuple[Path, str]:
    """Where the example is asked, and which catalogue that is."""
    if snapshot is not None:
        from veille.research.snapshots import find

        found = find(data_dir, snapshot)
        catalogue, folder = found.manifest.catalogue, found.folder
    else:
        folder = data_dir / "published" / catalogue
    if catalogue not in chosen.catalogues:
        raise CommandError(f"{chosen.name} runs on {' and '.join(chosen.catalogues)}, not on {catalogue}")
    return folder, catalogue
