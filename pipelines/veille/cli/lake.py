"""`veille lake`: what outgrows one machine, computed by Spark over a snapshot."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from veille.cli.common import CommandError, DataDir, note, progress, say, settings
from veille.cli.research_options import Params, Since, Spreadsheet, Until, parameters, refuse_spreadsheet, write

if TYPE_CHECKING:
    from veille.research.snapshots import Snapshot
    from veille.scale.session import Job

app = typer.Typer(no_args_is_help=True, help="Compute on a Spark cluster over a snapshot (docs/beyond-one-machine.md).")

SnapshotArgument = Annotated[
    str, typer.Argument(metavar="SNAPSHOT", help="Snapshot name or folder (`veille snapshot list`).")
]
Master = Annotated[
    str | None,
    typer.Option(
        "--master", help="Spark master, such as local[8] or spark://host:7077.", show_default="all cores here"
    ),
]
Parts = Annotated[
    int | None,
    typer.Option("--parts", min=1, max=100_000, help="Parts to divide rows into.", show_default="twice the cores"),
]


@app.command()
def check(snapshot: SnapshotArgument, data_dir: DataDir = None, master: Master = None, parts: Parts = None) -> None:
    """Compare a snapshot with its manifest, then count its rows three ways: in its files, by Spark, in its catalogue.

    Ends with 1 where a file is missing, altered or not listed, or where the counts differ.

    Example: veille lake check winter-2026
    """
    from veille.scale.lake import counted, faults

    found = _found(snapshot, data_dir)
    wrong = faults(found)
    for line in wrong:
        say(line)
    if wrong:
        raise CommandError(f"the snapshot {snapshot} is not as its manifest says", "copy it again")
    with _running(master, parts, "lake check") as job:
        with progress("Counting", None, "relations") as bar:
            rows = []
            for row in counted(job, found, bar.describe):
                rows.append(row)
                bar.update(len(rows), len(rows))
        _cost(job)
    width = max((len(row.relation) for row in rows), default=0)
    for row in rows:
        differs = "" if row.equal else "  differs"
        say(
            f"{row.relation:<{width}}  manifest {row.manifest:,}  Spark {row.spark:,}  catalogue {row.catalogue:,}{differs}"
        )
    if not all(row.equal for row in rows):
        raise CommandError(f"the counts of {snapshot} differ", "report this as a fault")
    say(f"equal: {len(rows)} relations, {sum(row.spark for row in rows):,} rows, identity {found.manifest.identity}")


@app.command()
def coordination(
    snapshot: SnapshotArgument,
    *,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the results; created if missing.")],
    data_dir: DataDir = None,
    since: Since = None,
    until: Until = None,
    master: Master = None,
    parts: Parts = None,
) -> None:
    """Find accounts that act on the same targets together, among the mentions of a snapshot.

    Writes the files of `veille coordination` with the same names, columns and values: pairs.parquet, clusters.parquet, summary.json and
    graph.gexf. summary.json also holds the identity of the snapshot, the period and what the run cost.

    Example: veille lake coordination winter-2026 --since 2026-01-01 --until 2026-04-01 --out found
    """
    import polars as pl

    from veille.cli.coordination import described, sentence, totals
    from veille.cli.coordination_files import write_tables
    from veille.detect.coordination import Parameters
    from veille.scale.coordination import detect_in

    found, period = _found(snapshot, data_dir), (_time("--since", since), _time("--until", until))
    _writable(out)
    with _running(master, parts, "lake coordination") as job:
        with progress("Reading", 1.0, "mentions") as bar:

            def report(step: str, done: float) -> None:
                bar.describe(step.capitalize())
                bar.update(done, 0)

            run = detect_in(job, found, *period, Parameters(timetables=True), report)
            report("done", 1.0)
        cost = _cost(job)
    summary = {
        "method": "veille",
        "rows": {"read": run.read, **run.vanished},
        **described(run, None),
        **totals(run.pairs, run.clusters),
        "snapshot": {"name": found.manifest.name, "identity": found.manifest.identity},
        "since": period[0] and period[0].isoformat(),
        "until": period[1] and period[1].isoformat(),
        "cost": {**cost, "events_in_the_deciding_process": run.most_held},
    }
    with _whole(out) as folder:
        write_tables(folder, run.pairs, run.clusters, summary, pl.String())
    say(sentence(run.pairs, run.clusters, summary, out))


@app.command()
def sql(
    question: Annotated[
        str, typer.Argument(metavar="research/NAME", help="A worked example (`veille research list`).")
    ],
    snapshot: SnapshotArgument,
    *,
    data_dir: DataDir = None,
    since: Since = None,
    until: Until = None,
    param: Params = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write .csv or .parquet.")] = None,
    spreadsheet: Spreadsheet = False,
    master: Master = None,
    parts: Parts = None,
) -> None:
    """Answer a worked example on Spark, with the rows that `veille research run --snapshot` gives.

    The views of the snapshot are carried to Spark with the question: use it on snapshots that you made or trust.

    Example: veille lake sql research/answered_rate winter-2026 --since 2026-01-01 --until 2026-01-08
    """
    from veille.cli.connect import on_record
    from veille.research.examples import HeldData, bind, example
    from veille.scale.questions import Lake
    from veille.store.export import to_table

    refuse_spreadsheet(spreadsheet, out is not None and out.suffix.lower() == ".csv")
    chosen, found = example(_carried(question)), _found(snapshot, data_dir)
    given = parameters(param, since, until)
    with _running(master, parts, "lake sql") as job:
        lake = Lake(job, found)
        held = HeldData(**lake.named("research/release/held").row(0, named=True))
        filled = held.fill(chosen.parameters, given)
        values = bind(chosen.parameters, filled)
        if own := [f"{key}={text}" for key, text in filled.items() if text is not None and given.get(key) is None]:
            note(f"Defaults from these data: {', '.join(own)}")
        if found.manifest.catalogue == "analyst":  # single events lie behind the answer
            on_record(settings(data_dir), "veille lake sql", "research.run", chosen.name)
        rows = lake.ask(chosen.sql, values)
        _cost(job)
    if out is not None:
        write(rows, out, spreadsheet=spreadsheet)
    else:
        say(to_table(rows, rows=200).rstrip("\n"))
    note(f"{chosen.question} Caveats: {chosen.caveats}")


def _carried(question: str) -> str:
    """The name of a worked example that Spark answers. Raises CommandError."""
    from veille.scale.carried import NOT_CARRIED, QUESTIONS

    name = question.removeprefix("research/")
    if name in NOT_CARRIED:
        raise CommandError(f"Spark cannot answer {question} ({NOT_CARRIED[name]})", f"use `veille research run {name}`")
    if name not in QUESTIONS or name == question:
        raise CommandError(
            f"{question} is not a worked example", "write research/NAME; `veille research list` shows all names"
        )
    return name


def _found(name: str, data_dir: Path | None) -> "Snapshot":
    from veille.research.snapshots import find

    return find(settings(data_dir).data_dir, name)


@contextmanager
def _running(master: str | None, parts: int | None, name: str) -> "Iterator[Job]":
    from veille.scale.session import job

    with job(master, parts, name) as running:
        yield running


def _cost(job: "Job") -> dict[str, float | int]:
    """What the run cost so far, said on standard error."""
    cost = job.cost()
    note(
        f"{cost.wall_s:,.0f} s; {cost.cpu_s:,.0f} CPU s on this machine, {cost.task_s:,.0f} s of tasks, "
        f"{cost.shuffled_bytes / 1e6:,.1f} MB shuffled, {cost.driver_bytes >> 20:,} MiB in the deciding process"
    )
    return cost.as_dict()


def _time(option: str, text: str | None) -> datetime | None:
    from veille.research.examples.binding import utc_time

    try:
        return utc_time(text) if text else None
    except ValueError:
        raise typer.BadParameter(f"{option} must be a time in ISO 8601, for example 2026-01-31; got {text!r}") from None


def _writable(out: Path) -> None:
    """Say now, not after hours, that results cannot be written. Raises CommandError."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        probe = out / ".veille-probe"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise CommandError(f"{out}: cannot be written ({error.strerror})") from None


@contextmanager
def _whole(out: Path) -> Iterator[Path]:
    """A folder to write into, whose files are moved to `out` once all are there; nothing is left where that fails."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix=".part-", dir=out) as part:
        yield Path(part)
        for file in sorted(Path(part).iterdir()):
            file.replace(out / file.name)
