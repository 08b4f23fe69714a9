"""Steps in which nothing was counted: nothing where a collector ran, not known where none did. Pure."""

from datetime import datetime, timedelta

import polars as pl

from dashboards.ranges import Span

_QUIET = timedelta(hours=12)
"""So far from the next event of any collection, a step shorter than a day without events counts as collected."""
_SCHEMA = pl.Schema({"period": pl.String(), "at": pl.Datetime("us"), "covered": pl.Boolean()})


def grid(span: Span, earlier: tuple[datetime, datetime], coverage: pl.DataFrame) -> pl.DataFrame:
    """Every step of the span and of the earlier period (none where it is empty): period, at, covered.

    coverage: as `sql/dashboards/coverage`, over both.
    """
    step = timedelta(seconds=span.step_seconds)
    runs = list(coverage.select("first_at", "last_at").iter_rows())
    margin = _QUIET if step < timedelta(days=1) else timedelta()
    rows = []
    shift = span.since - earlier[0]
    for period, until, moved in (("now", span.until, timedelta()), ("before", earlier[1], shift)):
        at = span.origin - moved
        while at < until and (period == "now" or earlier[0] < earlier[1]):
            rows.append((period, at, any(first < at + step + margin and last >= at - margin for first, last in runs)))
            at += step
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def filled(rows: pl.DataFrame, every: pl.DataFrame, *, rate: bool) -> pl.DataFrame:
    """rows (period, at, series, rest, value, n) with one more for each step of `every` that a series lacks: 0 where covered, else null.
    rate: a rate over nothing is null everywhere."""
    whole = rows.select("series", "rest").unique().join(every, how="cross")
    joined = whole.join(rows, on=["period", "at", "series", "rest"], how="left")
    nothing = pl.when("covered").then(0)
    value = pl.col("value") if rate else pl.coalesce("value", nothing.cast(pl.Float64))
    return (
        joined.with_columns(value, pl.coalesce("n", nothing))
        .select(rows.columns)
        .sort("period", "at", "rest", "series")
    )
