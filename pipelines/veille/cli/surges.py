"""`veille surges score`, `panel` and `backtest`: the detectors of the live stream on any file, or with other settings."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from veille.cli.common import CommandError, MapOption, parse_mapping, progress, say
from veille.cli.surges_backtest import backtest

if TYPE_CHECKING:
    import polars as pl

    from veille.detect.surges.sparse.panel import PanelResult

app = typer.Typer(
    no_args_is_help=True, help="Find surges in a count series, in a file of events, or with other settings."
)
app.command()(backtest)

OutFile = Annotated[Path, typer.Option("--out", help="File to write.")]
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
    """Score one count series: timestamp,value in; timestamp,value,score,p_value,expected,low,high,alert out.

    One row out for each row in, in the same order. score: higher is more anomalous, surges open at 2.2. alert is 1
    where a surge opens. An empty value was not observed and is not read as 0. Times are UTC where they name no zone.

    Example: veille surges score counts.csv --out scored.csv
    """
    import numpy as np

    from veille.detect.surges.series import score_series

    table = _read_series(file)
    order = table["time"].arg_sort()
    values = table["count"].gather(order).to_numpy().astype(float)
    with progress("Scoring", len(table), "rows") as bar:
        scored = score_series(values, _step_seconds(table["time"].gather(order)), lambda done: bar.update(done, done))
    back = np.empty(len(order), dtype=np.int64)
    back[order.to_numpy()] = np.arange(len(order))
    result = table.select("timestamp", "value").hstack(scored[back])
    _write(result, out)
    say(f"{len(result):,} rows, {int(result['alert'].sum())} surges opened: {out}")


@app.command()
def panel(
    file: Annotated[Path, typer.Argument(metavar="EVENTS", help="NDJSON (also .gz, .zst), CSV, TSV or Parquet.")],
    *,
    out: OutFile,
    mapping: MapOption = None,
    detail: Annotated[
        bool, typer.Option("--detail", help="Also ids, account, interval, peak, time of decision and window.")
    ] = False,
) -> None:
    """Find the targets that surge, and insistent accounts, in events with account_id, target_id and occurred_at.

    Writes target_id, opened_at, closed_at, kind (surge or insistent_account), observed, expected, accounts, p_value
    and q_value, as Parquet or CSV by the name of --out. closed_at is empty where a surge was still open at the end.
    The first day of a file is learned from and opens no surge.

    Example: veille surges panel mentions.parquet --out openings.parquet
    """
    import polars as pl

    from veille.cli.coordination_files import read_mentions
    from veille.detect.surges.sparse.panel import run_panel

    events = read_mentions(file, parse_mapping(mapping)).select("account_id", "target_id", "occurred_at")
    if events.is_empty():
        raise CommandError(f"{file}: the file has no rows")
    unreadable = events["occurred_at"].null_count()
    if unreadable:
        first = events["occurred_at"].is_null().arg_max()
        raise CommandError(
            f"{file}: occurred_at cannot be read as a time in {unreadable:,} rows, first row {(first or 0) + 1}"
        )
    with progress("Stepping", None, "bins") as bar:
        try:
            result = run_panel(events, progress=lambda done, total: bar.of(total).update(done, done))
        except ValueError as error:
            raise CommandError(f"{file}: {error}") from None
    table = openings(result)
    _write(table if detail else table.select(PANEL_COLUMNS), out)
    count = table.group_by("kind").len().filter(pl.col("kind") == "surge")["len"].sum()
    say(f"{len(events):,} events: {count} surges, {len(table) - count} insistent accounts: {out}")


def openings(result: "PanelResult") -> "pl.DataFrame":
    """One row a finding: PANEL_COLUMNS, then details that are null where they do not apply."""
    import polars as pl

    from veille.detect.surges.records import insistent_frame, surges_frame

    surges = surges_frame(result.surges).rename({"series_key": "target_id", "surge_id": "finding_id"})
    surges = surges.with_columns(pl.lit("surge").alias("kind")).drop("series_kind", "version")
    insistent = insistent_frame(result.insistent).rename({"requests": "observed"})
    insistent = insistent.with_columns(
        pl.lit("insistent_account").alias("kind"),
        pl.col("last_at").alias("closed_at"),
        pl.lit(1, pl.Int64).alias("accounts"),
    ).drop("version", "closed", "last_at")
    both = pl.concat([surges, insistent], how="diagonal").sort("opened_at", "kind", "target_id", "finding_id")
    return both.select(*PANEL_COLUMNS, *(c for c in both.columns if c not in PANEL_COLUMNS))


def _read_series(file: Path) -> "pl.DataFrame":
    """timestamp and value as they stand in the file, with time (UTC) and count (float, NaN = not observed)."""
    import polars as pl

    if not file.is_file():
        raise CommandError(f"{file}: no such file")
    try:
        table = pl.read_csv(file, infer_schema=False)
    except pl.exceptions.NoDataError:
        raise CommandError(f"{file}: the file is empty") from None
    except (pl.exceptions.PolarsError, OSError) as error:
        raise CommandError(f"{file}: cannot be read as CSV ({type(error).__name__})") from None
    missing = [name for name in ("timestamp", "value") if name not in table.columns]
    if missing:
        raise CommandError(f"{file}: no column {', '.join(missing)}; it has {', '.join(table.columns[:20])}")
    if table.is_empty():
        raise CommandError(f"{file}: the file has no rows")
    table = table.select("timestamp", "value")
    timed = table.with_columns(_time(table["timestamp"]), table["value"].cast(pl.Float64, strict=False).alias("count"))
    _refuse(file, timed, timed["time"].is_null(), "timestamp is not a time")
    _refuse(file, timed, timed["count"].is_null() & table["value"].is_not_null(), "value is not a number")
    _refuse(
        file,
        timed,
        ~(timed["count"].fill_null(0).is_finite() & (timed["count"].fill_null(0) >= 0)),
        "value is not a count",
    )
    return timed.with_columns(pl.col("count").fill_null(float("nan")))


def _refuse(file: Path, table: "pl.DataFrame", bad: "pl.Series", reason: str) -> None:
    if bad.any():
        row = bad.arg_max() or 0
        raise CommandError(f"{file}: {reason} in row {row + 1} after the header, and {int(bad.sum()) - 1:,} more")


def _time(column: "pl.Series") -> "pl.Series":
    """Date and time (UTC where no zone is named), a date, or Unix seconds."""
    import polars as pl

    seconds = column.cast(pl.Float64, strict=False)
    if len(column) and seconds.null_count() == 0:
        return pl.from_epoch((seconds * 1e6).cast(pl.Int64), "us").dt.replace_time_zone("UTC").alias("time")
    text = column.str.replace(r"^(\d{4}-\d\d-\d\d)$", "${1}T00:00:00").str.replace(" ", "T", literal=True)
    zoned = text.str.contains(r"(?:[Zz]|[+-]\d\d:?\d\d)$")
    full = pl.select(pl.when(zoned).then(text).otherwise(text + "Z")).to_series()
    return full.str.to_datetime(time_unit="us", time_zone="UTC", strict=False).alias("time")


def _step_seconds(time: "pl.Series") -> float:
    """The usual distance of two rows in seconds; 300 where there is none."""
    gaps = time.diff().drop_nulls().dt.total_microseconds()
    usual = gaps.filter(gaps > 0).median()
    return float(usual) / 1e6 if isinstance(usual, int | float) and usual > 0 else 300.0


def _write(table: "pl.DataFrame", out: Path) -> None:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        if out.suffix.lower() == ".parquet":
            table.write_parquet(out)
        else:
            table.write_csv(out)
    except OSError as error:
        raise CommandError(f"{out}: cannot be written ({error.strerror or type(error).__name__})") from None
