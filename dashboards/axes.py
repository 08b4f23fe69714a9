"""What charts over time share: the canvas they are drawn on and its time axis.

Frames are cut to the span before they are drawn; no mark is clipped. A chart whose place on the page has no width yet is drawn with a
clip of no width, and Vega keeps that when the place has got one: it would stay empty.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import altair as alt
import polars as pl

from dashboards import texts, words, zones
from dashboards.ranges import Span
from dashboards.theme import Palette

_MONTHS, _SEASONS = timedelta(days=730), timedelta(days=300)
"""Longer spans are labelled by month and year; with the year."""
SHARED_TIME = alt.X("start:T")
"""For layers above or below the bars, whose time axis holds for all."""


@dataclass(frozen=True, slots=True)
class Canvas:
    """The stretch of time drawn, in which colours, the present moment (UTC), and the zone of the clock on the wall."""

    span: Span
    colours: Palette
    now: datetime
    zone: str = zones.DEFAULT

    @property
    def zone_label(self) -> str:
        """The zone as it stands beside the times drawn."""
        return zones.over(self.span.since, self.span.until, self.zone)

    def epoch(self, at: pl.Expr) -> pl.Expr:
        """Milliseconds that the browser draws on its UTC scale so that it shows the chosen zone, whatever its own is."""
        return zones.column(at, self.zone).dt.epoch("ms").cast(pl.Float64)

    def written(self, at: pl.Expr, weekday: bool = False) -> pl.Expr:
        """The time in words, for tooltips."""
        day = "%a " if weekday and texts.language() == "en" else ""
        return zones.column(at, self.zone).dt.strftime(day + words.short_time_format())


def time_axis(canvas: Canvas, offset: float = 0) -> alt.X:
    """The horizontal axis of `start` from the span's begin to its end, `offset` pixels below the marks."""
    span = canvas.span
    length = span.until - span.since
    day = "%b %Y" if length > _MONTHS else "%d %b %Y" if not span.live or length > _SEASONS else "%d %b"
    midnight = "utchours(datum.value) == 0 && utcminutes(datum.value) == 0"
    axis = alt.Axis(
        title=None,
        grid=False,
        offset=offset,
        labelOverlap=True,
        tickCount={"expr": f"width / {110 if '%Y' in day else 90}"},
        labelExpr=f"{midnight} ? utcFormat(datum.value, '{day}') : utcFormat(datum.value, '%H:%M')",
    )
    return alt.X(
        "start:T",
        scale=alt.Scale(
            type="utc", domain=[_date_time(zones.local(at, canvas.zone)) for at in (span.since, span.until)], nice=False
        ),
        axis=axis,
    )


def _date_time(at: datetime) -> alt.DateTime:
    return alt.DateTime(
        year=at.year, month=at.month, date=at.day, hours=at.hour, minutes=at.minute, seconds=at.second, utc=True
    )
