"""`veille surges score`, `panel` and `backtest`: the detectors of the live stream on any file, or with other settings."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from veille.cli.common import (
    CommandError,
    DatesOption,
    FormatOption,
    MapFileOption,
    MapOption,
    counted,
    note,
    progress,
    reading,
    say,
)
from veille.cli.surges_backtest import backtest

if TYPE_CHECKING:
    import polars as pl

    from veille.cli.coordination_files import IdTypes
    from veille.detect.surges.sparse.panel import PanelResult
    from veille.sources.translate import Options

app = typer.Typer(no_args_is_help=True, help="Find surges in a count series or a file of events, or compare settings.")
app.command()(backtest)

OutFile = Annotated[Path, typer.Option("--out", help="File to write.")]
LONGEST_GAP_DAYS = 366
PANEL_COLUMNS = (
    "target_id",
    "opened_at",
    "closed_at",
    "kind",
    "observed",
    "expected",
    "accounts",
    "p_value",
    "q_value",
)


@app.command()
def score(
    file: Annotated[Path, typer.Argument(metavar="IN.csv", help="CSV with columns timestamp and value (a count).")],
    *,
    out: OutFile,
) -> None:
    """Score one count series: timestamp,value in; timestamp,value,score,p_value,expected,low,high,alert,detector out.

    One row out for each row in, in the same order. score: higher is more anomalous. alert is 1 where a surge opens.
    detector is dense (rows of at most half an hour over at least four days; opens at score 2.2) or small (hours to
    months, or short files; score = -log10 of p_value, opens at 2.2 for rows of a day or longer, higher for shorter).
    An empty value (or NaN, NA, null) was not observed and is not read as 0: its row has no score and alert 0. Missing
    rows are not filled in. Times are UTC where they name no zone. Blank lines are no rows.

    Example: veille surges score counts.csv --out scored.csv
    """
    import numpy as np

    from veille.cli.series_file import read_series, step_seconds
    from veille.cli.tables import save
    from veille.detect.surges.series import choose, score_series

    table = read_series(file)
    micros = table["time"].to_physical().to_numpy()
    order = np.argsort(micros, kind="stable")
    values, step = table["count"].to_numpy()[order], step_seconds(table["time"].sort())
    choice = choose(len(table), step)
    if len(table) < choice.first_row:
        note(f"{file}: {counted(len(table), 'row')}: the first row that can open a surge is {choice.first_row}")
    with progress("Scoring", len(table), "rows") as bar:
        scored = score_series(values, step, lambda done: bar.update(done, done), days=micros[order] / 86_400e6)
    back = np.empty(len(order), dtype=np.int64)
    back[order] = np.arange(len(order))
    result = table.select("timestamp", "value").hstack(scored[back])
    save(result, out)
    opened = counted(int(result["alert"].sum()), "surge")
    say(f"{counted(len(result), 'row')}, {opened} opened: {out}")
    say(
        f"Scored by the detector {choice.detector}: {choice.reason}. The first row that can open is {choice.first_row}."
    )


@app.command()
def panel(
    file: Annotated[
        Path,
        typer.Argument(metavar="EVENTS", help="File or folder in a supported format (docs/your-own-data.md)."),
    ],
    *,
    out: OutFile,
    mapping: MapOption = None,
    map_file: MapFileOption = None,
    file_format: FormatOption = None,
    dates: DatesOption = None,
    detail: Annotated[
        bool, typer.Option("--detail", help="Also write IDs, account, interval, peak, decision time and window.")
    ] = False,
) -> None:
    """Find the targets that surge, and insistent accounts, in events with account_id, target_id and occurred_at.

    Writes target_id, opened_at, closed_at, kind (surge or insistent_account), observed, expected, accounts, p_value
    and q_value, as Parquet, NDJSON or CSV by the name of --out. closed_at is empty where a surge was still open at the
    end. Ids come back in the type they have in the file. A row that repeats an event_id counts once. The first day of
    a file is learned from and opens no surge.

    Example: veille surges panel mentions.parquet --out openings.parquet
    """
    import polars as pl

    from veille.cli.coordination_files import Spellings, in_own_types
    from veille.cli.tables import save
    from veille.detect.surges.sparse.panel import run_panel

    events, types = _read_events(file, reading(None, mapping, map_file, file_format, dates))
    spellings = Spellings(events)
    events = spellings.fold(events)
    with progress("Stepping", None, "bins") as bar:
        try:
            result = run_panel(events, progress=lambda done, total: bar.of(total).update(done, done))
        except ValueError as error:
            raise CommandError(f"{file}: {error}") from None
    table = in_own_types(spellings.written(openings(result)), types)
    save(table if detail else table.select(PANEL_COLUMNS), out)
    surges = table.select((pl.col("kind") == "surge").sum()).item()
    found = f"{counted(surges, 'surge')}, {counted(len(table) - surges, 'insistent account')}"
    say(f"{counted(len(events), 'event')}: {found}: {out}")


def _read_events(file: Path, options: "Options") -> "tuple[pl.DataFrame, IdTypes]":
    """account_id, target_id and occurred_at of all rows that have them; a repeated event counts once, and is said."""
    from veille.cli.coordination_files import read_mentions

    rows, types = read_mentions(file, options)
    if rows.is_empty():
        raise CommandError(f"{file}: the file has no rows")
    keys = ["account_id", "target_id", "occurred_at"]
    named = rows.drop_nulls(keys[:2])
    if len(named) < len(rows):
        note(f"{file}: left out {counted(len(rows) - len(named), 'row')} without account_id or target_id")
    events = named.drop_nulls(keys)
    if "event_id" in events.columns:
        once = events.unique(["event_id", *keys], maintain_order=True)
        if len(once) < len(events):
            note(f"{file}: {counted(len(events) - len(once), 'row')} repeat an event; each event counts once")
        events = once
    _say_a_year_of_nothing(file, events["occurred_at"].sort())
    return events.select(keys), types


def _say_a_year_of_nothing(file: Path, times: "pl.Series") -> None:
    """A slip such as 1970 or 2099 in one row, most likely."""
    gaps = times.diff().dt.total_days().fill_null(0)
    at = gaps.arg_max() if len(gaps) else None
    if at and gaps[at] > LONGEST_GAP_DAYS:
        note(
            f"{file}: no events from {times[at - 1]:%Y-%m-%d} ({counted(at, 'row')} up to then) to "
            f"{times[at]:%Y-%m-%d} ({counted(len(times) - at, 'row')} from then on): check the times"
        )


def openings(result: "PanelResult") -> "pl.DataFrame":
    """One row a finding: PANEL_COLUMNS, then details that are null where they do not apply."""
    import polars as pl

    from veille.detect.surges.records import insistent_frame, surges_frame

    surges = surges_frame(result.surges).rename({"series_key": "target_id", "surge_id": "finding_id"})
    surges = surges.with_columns(pl.lit("surge").alias("kind")).drop("series_kind", "version", "storm", "level")
    insistent = insistent_frame(result.insistent).rename({"requests": "observed"})
    insistent = insistent.with_columns(
        pl.lit("insistent_account").alias("kind"),
        pl.col("last_at").alias("closed_at"),
        pl.lit(1, pl.Int64).alias("accounts"),
    ).drop("version", "closed", "last_at")
    both = pl.concat([surges, insistent], how="diagonal").sort("opened_at", "kind", "target_id", "finding_id")
    return both.select(*PANEL_COLUMNS, *(c for c in both.columns if c not in PANEL_COLUMNS))
