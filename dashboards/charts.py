"""Charts: frame → altair chart, nothing else. Frames are those of `sql/dashboards`; times are UTC without a zone.

Times reach the browser as milliseconds of the chosen zone's clock and are drawn on a UTC scale, so that a viewer's own zone never moves
them.
"""

from datetime import timedelta
from typing import Any, cast

import altair as alt
import polars as pl

from dashboards import timeline_coverage, timeline_marks, words
from dashboards.axes import Canvas, time_axis
from dashboards.texts import t
from dashboards.theme import Palette, chart_config

_WIDE = 56
"""Room for the labels of the vertical axis, the same in every chart so that they line up."""
_BAR = 26
"""Height of one horizontal bar with its gap, in pixels."""


def volume(
    rows: pl.DataFrame,
    canvas: Canvas,
    labels: dict[str, str],
    *,
    coverage: pl.DataFrame,
    policy: pl.DataFrame,
    marks: pl.DataFrame | None = None,
) -> alt.LayerChart:
    """Stacked bars of requests over time, the coverage strip and the lanes of marks below them, dated events as numbered rules above.

    rows: at, series (keys of `labels`, which also gives the stacking order, bottom first), requests. The step that is
    still filling is drawn paler. coverage: as `sql/dashboards/coverage`. policy: at, label, source.
    marks: as `sql/dashboards/marks`.
    """
    lines = timeline_coverage.under_bars(coverage, canvas)
    strip, found = (
        timeline_coverage.height(len(lines)),
        [] if marks is None else timeline_marks.below(marks, canvas, timeline_coverage.height(len(lines))),
    )
    bars = _bars(rows, canvas, labels, strip + (0 if marks is None else timeline_marks.height(marks)))
    return _finished(alt.layer(bars, *lines, *found, *timeline_coverage.dated(policy, canvas)), canvas.colours, 340)


def feed(rows: pl.DataFrame, canvas: Canvas, labels: dict[str, str]) -> alt.LayerChart:
    """Stacked bars of messages taken in. rows: as `sql/dashboards/feed_rate`, of which `labels` names the counts to draw."""
    long = rows.unpivot(list(labels), index="at", variable_name="series", value_name="messages")
    bars = _bars(long.filter(pl.col("messages") > 0), canvas, labels, 0)
    return _finished(alt.layer(bars), canvas.colours, 260)


def shares(rows: pl.DataFrame, colours: Palette, *, title: str) -> alt.LayerChart:
    """Horizontal bars with their value beside them, in the given order. rows: label, requests, share (0 to 1), note, colour (hex)."""
    room = 1.5 * cast(int, rows["requests"].max() or 1)
    base = alt.Chart(rows).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(domain=False, ticks=False, labelLimit=150)),
        x=alt.X("requests:Q", axis=None, scale=alt.Scale(domain=[0, room], nice=False)),
        tooltip=[
            alt.Tooltip("label:N", title=title),
            alt.Tooltip("requests:Q", format=",", title=t("charts.requests")),
            alt.Tooltip("share:Q", format=".1%", title=t("charts.share")),
        ],
    )
    bars = base.mark_bar(height={"band": 0.62}, cornerRadiusEnd=2).encode(color=alt.Color("colour:N", scale=None))
    text = base.mark_text(align="left", dx=6, color=colours.quiet, fontSize=12).encode(text="note:N")
    return _finished(alt.layer(bars, text), colours, _BAR * max(rows.height, 1))


def collections(coverage: pl.DataFrame, canvas: Canvas) -> alt.LayerChart:
    """When each collection ran, one named line each. coverage: as `sql/dashboards/coverage`."""
    lines = timeline_coverage.named(coverage, canvas)
    names = coverage["collection_id"].n_unique()
    return _finished(alt.layer(lines), canvas.colours, 30 + 34 * max(names, 1))


def _finished(chart: Any, colours: Palette, height: int) -> alt.LayerChart:
    return cast(alt.LayerChart, chart.properties(height=height).configure(**chart_config(colours)))


def _bars(rows: pl.DataFrame, canvas: Canvas, labels: dict[str, str], strip_height: float) -> alt.Chart:
    count = rows.columns[-1]
    present = [key for key in labels if key in set(rows["series"])]
    colours = canvas.colours.of(labels)
    palette = alt.Scale(domain=[labels[key] for key in present], range=[colours[key] for key in present])
    counts = alt.Axis(
        domain=False, ticks=False, tickCount=5, tickMinStep=1, format=",~f", minExtent=_WIDE, maxExtent=_WIDE
    )
    chart = alt.Chart(_steps(rows, canvas, labels, count)).mark_rect(strokeWidth=0)
    return cast(
        alt.Chart,
        chart.encode(
            x=time_axis(canvas, strip_height),
            x2="end:T",
            y=alt.Y("low:Q", title=t(f"charts.{count}_per", step=words.step(canvas.span.step_seconds)), axis=counts),
            y2="high:Q",
            color=alt.Color("name:N", scale=palette, legend=alt.Legend() if len(present) > 1 else None),
            opacity=alt.condition("datum.filling", alt.value(0.55), alt.value(1.0)),
            tooltip=[
                alt.Tooltip("when:N", title=t("charts.time", zone=canvas.zone_label)),
                alt.Tooltip("name:N", title=t("charts.what")),
                alt.Tooltip(f"{count}:Q", format=",", title=t(f"charts.{count}")),
                alt.Tooltip("total:Q", format=",", title=t("charts.all_together")),
            ],
        ),
    )


def _steps(rows: pl.DataFrame, canvas: Canvas, labels: dict[str, str], count: str) -> pl.DataFrame:
    """Bars with their edges: time as epoch milliseconds, counts stacked in the order of `labels`."""
    span, length = canvas.span, timedelta(seconds=canvas.span.step_seconds)
    order = {key: place for place, key in enumerate(labels)}
    rank = pl.col("series").replace_strict(order, default=len(order), return_dtype=pl.Int32)
    high = pl.col(count).cum_sum().over("at")
    return rows.sort("at", rank).select(
        canvas.epoch(pl.max_horizontal("at", pl.lit(span.since))).alias("start"),
        canvas.epoch(pl.min_horizontal(pl.col("at") + length, pl.lit(span.until))).alias("end"),
        canvas.written(pl.col("at"), weekday=True).alias("when"),
        pl.col("series").replace_strict(labels, default=pl.col("series"), return_dtype=pl.String).alias("name"),
        (high - pl.col(count)).alias("low"),
        high.alias("high"),
        pl.col(count),
        pl.col(count).sum().over("at").alias("total"),
        ((pl.col("at") <= canvas.now) & (pl.col("at") + length > canvas.now)).alias("filling"),
    )
