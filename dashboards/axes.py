"""What charts over time share: the canvas they are drawn on and its time axis."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import altair as alt
import polars as pl

from dashboards.ranges import Span
from dashboards.theme import Look

TIME_FORMAT = "%d %b %Y, %H:%M"
SHARED_TIME = alt.X("start:T")
"""For layers above or below the bars, whose time axis holds for all."""


@dataclass(frozen=True, slots=True)
class Canvas:
    """The stretch of time drawn, in which colours, and the present moment (UTC)."""

    span: Span
    colours: Look
    now: datetime


def epoch(at: pl.Expr) -> pl.Expr:
    """Milliseconds since 1970, as the browser counts time."""
    return at.dt.epoch("ms").cast(pl.Float64)


def time_axis(span: Span, offset: float = 0) -> alt.X:
    """The horizontal axis of `start` from the span's begin to its end, in UTC, `offset` pixels below the marks."""
    day = "%b %Y" if span.until - span.since > timedelta(days=730) else "%d %b"
    midnight = "utchours(datum.value) == 0 && utcminutes(datum.value) == 0"
    axis = alt.Axis(
        title=None,
        grid=False,
        offset=offset,
        labelOverlap=True,
        tickCount={"expr": "width / 90"},
        labelExpr=f"{midnight} ? utcFormat(datum.value, '{day}') : utcFormat(datum.value, '%H:%M')",
    )
    return alt.X(
        "start:T",
        scale=alt.Scale(type="utc", domain=[_date_time(span.since), _date_time(span.until)], nice=False),
        axis=axis,
    )


def _date_time(at: datetime) -> alt.DateTime:
    return alt.DateTime(
        year=at.year, month=at.month, date=at.day, hours=at.hour, minutes=at.minute, seconds=at.second, utc=True
    )
