"""The file of `veille surges score`: one count series."""

from pathlib import Path

import polars as pl

from veille.cli.common import CommandError, counted, note
from veille.cli.tables import load
from veille.sources.base import SourceError
from veille.sources.reading.moments import TIMES
from veille.sources.reading.times import decide, read_times

NOT_OBSERVED = ("", "nan", "na", "n/a", "null", "none")  # as pandas, R, SQL and Python write it
LARGEST = 2**53  # beyond it a float no longer holds every whole number


def read_series(file: Path) -> pl.DataFrame:
    """timestamp and value as they stand in the file, with time (UTC) and count (float, NaN = not observed).

    Says on standard error what may surprise: repeated timestamps and missing rows. Raises CommandError.
    """
    table = load(file)
    missing = [name for name in ("timestamp", "value") if name not in table.columns]
    if missing:
        has = ", ".join(table.columns[:20])
        raise CommandError(f"{file}: no column {', '.join(missing)}; it has {has} (rename them to timestamp and value)")
    if table.is_empty():
        raise CommandError(f"{file}: the file has no rows")
    table = table.select("timestamp", "value")
    try:
        form = decide(table["timestamp"].to_list(), column="timestamp")
    except SourceError as error:
        raise CommandError(f"{file}: {error}") from None
    for line in form.said:
        note(f"{file}: {line}")
    time = read_times(table["timestamp"], form).alias("time")
    _refuse(file, time.is_null(), f"timestamp is not a valid time; write times as {TIMES}")
    series = table.with_columns(time, _counts(file, table["value"]).alias("count"))
    _say_what_surprises(file, time.sort())
    return series


def _counts(file: Path, value: pl.Series) -> pl.Series:
    if value.dtype.is_numeric():
        count = value.cast(pl.Float64)
        absent = count.is_null() | count.is_nan()
    else:
        text = value.cast(pl.String, strict=False).str.strip_chars()
        absent = text.is_null() | text.str.to_lowercase().is_in(NOT_OBSERVED)
        count = text.cast(pl.Float64, strict=False)
    _refuse(file, count.is_null() & ~absent, "value is not a number; write counts as 12 or 12.5, without separators")
    count = pl.select(pl.when(~absent).then(count).otherwise(None)).to_series()
    filled = count.fill_null(0.0)
    _refuse(file, filled < 0, "value is not a count: it is negative")
    _refuse(file, ~filled.is_finite() | (filled > LARGEST), f"value is not a count: it is above {LARGEST:,}")
    return count.fill_null(float("nan"))


def _refuse(file: Path, bad: pl.Series, reason: str) -> None:
    if bad.any():
        row = (bad.arg_max() or 0) + 1
        others = int(bad.sum()) - 1
        more = f" (and {others:,} more)" if others else ""
        raise CommandError(f"{file}: row {row:,} after the header{more}: {reason}")


def _say_what_surprises(file: Path, time: pl.Series) -> None:
    repeated = len(time) - time.n_unique()
    if repeated:
        said = counted(repeated, "timestamp")
        note(
            f"{file}: {said} occur more than once; each row is scored as a separate bin: check that the file contains one series only"
        )
    usual = step_seconds(time)
    gaps = time.unique().sort().diff().drop_nulls().dt.total_microseconds() / (usual * 1e6)
    absent = int((gaps.filter(gaps > 1.5).round() - 1).sum())
    if absent:
        said = counted(absent, "row")
        note(
            f"{file}: about {said} of {usual:,.0f} s are missing and are not filled in; add them with 0, "
            "or leave the value empty if not observed"
        )


def step_seconds(time: pl.Series) -> float:
    """The usual distance of two rows (sorted) in seconds; 300 where there is none."""
    gaps = time.diff().drop_nulls().dt.total_microseconds()
    usual = gaps.filter(gaps > 0).median()
    return float(usual) / 1e6 if isinstance(usual, int | float) and usual > 0 else 300.0
