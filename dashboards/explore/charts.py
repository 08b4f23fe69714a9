"""Charts of the page Explore: frames of `question` → altair. Pure."""

from datetime import timedelta
from typing import Any, cast

import altair as alt
import polars as pl

from dashboards import tiles, timeline_coverage, words
from dashboards.axes import Canvas, time_axis
from dashboards.explore.question import RATES
from dashboards.texts import names, t
from dashboards.theme import Palette, chart_config

_WIDE = 56
_BAR = 28
COLUMNS = 3
"""Small multiples beside each other."""


def over_time(
    rows: pl.DataFrame, canvas: Canvas, measure: str, *, shift: timedelta, coverage: pl.DataFrame
) -> alt.LayerChart:
    """Lines, one a series; the earlier period dashed, moved by `shift` so that it lies below the present one.

    rows: of `question.over_time`.
    """
    lines = timeline_coverage.under_bars(coverage, canvas)
    drawn = _line(_points(rows, canvas, shift), canvas, measure, offset=timeline_coverage.height(len(lines)))
    return _finished(alt.layer(drawn, *lines), canvas.colours, 360)


def multiples(rows: pl.DataFrame, canvas: Canvas, measure: str, *, shift: timedelta, width: int) -> alt.FacetChart:
    """One small chart a series, all on one scale. width: of one, in pixels."""
    points = _points(rows, canvas, shift)
    order = _order(rows)
    drawn = _line(points, canvas, measure, offset=0, small=True).properties(width=width, height=130)
    header = alt.Header(
        title=None, labelFontSize=13, labelColor=canvas.colours.text, labelAnchor="start", labelLimit=width
    )
    faceted = drawn.facet(facet=alt.Facet("series:N", sort=order, header=header), columns=COLUMNS, spacing=22)
    return cast(alt.FacetChart, faceted.configure(**chart_config(canvas.colours)))


def heat(rows: pl.DataFrame, colours: Palette, measure: str) -> alt.LayerChart:
    """Hours of the day across, days of the week down; the darker the more.

    rows: weekday, hour_of_day, value (null where nothing), n, hours.
    """
    days = list(names("weekdays").values())
    named = rows.with_columns(
        day=pl.col("weekday").cast(pl.Int64).replace_strict(dict(enumerate(days, 1)), return_dtype=pl.String)
    )
    dark = colours.text > "#999999"
    scale = alt.Scale(scheme="blues", reverse=dark)
    square = alt.Chart(named).mark_rect(cornerRadius=2, stroke=colours.line, strokeWidth=1)
    chart = square.encode(
        x=alt.X("hour_of_day:O", title=None, axis=alt.Axis(labelAngle=0, domain=False, ticks=False)),
        y=alt.Y("day:N", sort=days, title=None, axis=alt.Axis(domain=False, ticks=False, minExtent=90)),
        color=alt.Color("value:Q", scale=scale, legend=alt.Legend(format=_format(measure), orient="right", title=None)),
        tooltip=[
            alt.Tooltip("day:N", title=t("explore.weekday")),
            alt.Tooltip("hour_of_day:O", title=t("explore.hour")),
            alt.Tooltip("value:Q", format=_format(measure), title=t("explore.mean")),
            alt.Tooltip("n:Q", format=",", title=t("explore.rests_on")),
            alt.Tooltip("hours:Q", title=t("explore.hours")),
        ],
    )
    return _finished(alt.layer(chart), colours, 7 * 34)


def bars(rows: pl.DataFrame, colours: Palette, measure: str) -> alt.LayerChart:
    """Horizontal bars, the rest last and paler; a tick where the earlier period was. rows: of `question.change`."""
    notes = pl.Series(
        "note",
        [_note(now, before, measure) for now, before in rows.select("value", "before").iter_rows()],
        dtype=pl.String,
    )
    named = rows.with_columns(notes, edge=pl.max_horizontal("value", "before"))
    highest = max(0.0, *(cast(float, rows[name].max() or 0.0) for name in ("value", "before"))) or 1.0
    scale = alt.Scale(domain=[0, 1.35 * highest], nice=False)
    x = alt.X("value:Q", axis=None, scale=scale)
    y = alt.Y("series:N", sort=None, title=None, axis=alt.Axis(domain=False, ticks=False, labelLimit=220))
    tooltip = [
        alt.Tooltip("series:N", title=t("explore.value")),
        alt.Tooltip("value:Q", format=_format(measure), title=t("explore.now")),
        alt.Tooltip("before:Q", format=_format(measure), title=t("explore.before")),
        alt.Tooltip("n:Q", format=",", title=t("explore.rests_on")),
    ]
    base = alt.Chart(named).encode(x=x, y=y, tooltip=tooltip)
    filled = base.mark_bar(height={"band": 0.62}, cornerRadiusEnd=2).encode(
        color=alt.condition("datum.rest", alt.value(colours.grey), alt.value(colours.blue))
    )
    tick = base.mark_point(
        shape="stroke", angle=90, size=_BAR * 14, strokeWidth=2.5, color=colours.vermilion, opacity=1
    ).encode(x=alt.X("before:Q", axis=None, scale=scale))
    text = base.mark_text(align="left", dx=7, color=colours.quiet, fontSize=12).encode(
        text="note:N", x=alt.X("edge:Q", axis=None, scale=scale)
    )
    return _finished(alt.layer(filled, tick, text), colours, _BAR * max(rows.height, 1))


def written(value: float | None, measure: str) -> str:
    """A value as people read it: a share in per cent, a count whole."""
    if value is None:
        return "–"
    return words.percent(value) if measure in RATES else words.number(value)


def _note(value: float | None, before: float | None, measure: str) -> str:
    """The value, and how far it is from the period before where there is one."""
    text = written(value, measure)
    if value is None or before is None:
        return text
    moved = tiles.points(value, before) if measure in RATES else tiles.change(value, before)
    return text if moved is None else f"{text} ({moved})"


def _line(points: pl.DataFrame, canvas: Canvas, measure: str, *, offset: float, small: bool = False) -> alt.Chart:
    series = points["series"].unique(maintain_order=True).to_list()
    palette = _palette(canvas.colours)
    rest = set(points.filter(pl.col("rest"))["series"])
    colours = [
        canvas.colours.grey if name in rest else palette[place % len(palette)] for place, name in enumerate(series)
    ]
    now, before = t("explore.now"), t("explore.before")
    per = words.step(canvas.span.step_seconds)
    title = None if small or measure in RATES else t("explore.per", step=per)
    legend = None if small or len(series) < 2 else alt.Legend(columns=5, labelLimit=180)
    axis = alt.Axis(
        domain=False,
        ticks=False,
        tickCount=3 if small else 5,
        format=_format(measure),
        minExtent=_WIDE,
        maxExtent=_WIDE,
    )
    dashes = alt.Scale(domain=[now, before], range=[[1, 0], [4, 4]])
    dashed = alt.Legend() if points["period"].n_unique() > 1 and not small else None
    chart = alt.Chart(points).mark_line(interpolate="step-after", strokeWidth=1.8)
    return cast(
        alt.Chart,
        chart.encode(
            x=time_axis(canvas, offset),
            y=alt.Y("value:Q", title=title, axis=axis, scale=alt.Scale(zero=True)),
            color=alt.Color("series:N", scale=alt.Scale(domain=series, range=colours), legend=legend),
            strokeDash=alt.StrokeDash("period:N", scale=dashes, legend=dashed),
            detail="period:N",
            opacity=alt.condition(f"datum.period == '{now}'", alt.value(1.0), alt.value(0.45)),
            tooltip=[
                alt.Tooltip("when:N", title=t("charts.time", zone=canvas.zone_label)),
                alt.Tooltip("series:N", title=t("charts.what")),
                alt.Tooltip("value:Q", format=_format(measure), title=names("measures")[measure]),
                alt.Tooltip("n:Q", format=",", title=t("explore.rests_on")),
            ],
        ),
    )


def _points(rows: pl.DataFrame, canvas: Canvas, shift: timedelta) -> pl.DataFrame:
    moved = pl.when(pl.col("period") == "before").then(pl.col("at") + shift).otherwise(pl.col("at"))
    drawn = pl.min_horizontal(pl.max_horizontal("edge", pl.lit(canvas.span.since)), pl.lit(canvas.span.until))
    order = {name: place for place, name in enumerate(_order(rows))}
    following = pl.col("value").shift(-1).over("period", "series", order_by="at")
    ends = rows.filter(pl.col("value").is_not_null() & following.is_null())
    # A line of steps needs the end of its last one, also of the last before a gap.
    step = timedelta(seconds=canvas.span.step_seconds)
    rows = pl.concat([rows.with_columns(edge=moved, place=1), ends.with_columns(edge=moved + step, place=0)])
    return (
        rows.with_columns(pl.col("series").replace_strict(order, return_dtype=pl.Int64).alias("rank"))
        .sort("rank", "period", "edge", "place")
        .select(
            canvas.epoch(drawn).alias("start"),
            canvas.written(pl.col("at"), weekday=True).alias("when"),
            pl.when(pl.col("period") == "now").then(pl.lit(t("explore.now"))).otherwise(pl.lit(t("explore.before"))).alias("period"),
            "series", "rest", "value", "n",
        )
    )  # fmt: skip


def _order(rows: pl.DataFrame) -> list[str]:
    """Series from the largest to the smallest, the rest last."""
    sums = rows.filter(pl.col("period") == "now").group_by("series", "rest").agg(pl.col("n").sum())
    known = sums.sort("rest", "n", "series", descending=[False, True, False])["series"].to_list()
    return known + sorted(set(rows["series"]) - set(known))


def _palette(colours: Palette) -> tuple[str, ...]:
    return (colours.blue, colours.vermilion, colours.green, colours.purple, colours.orange, colours.sky, colours.text)


def _format(measure: str) -> str:
    return ".1%" if measure in RATES else ",~f"


def _finished(chart: Any, colours: Palette, height: int) -> alt.LayerChart:
    return cast(alt.LayerChart, chart.properties(height=height).configure(**chart_config(colours)))
