"""Charts of clusters: frame → altair chart. Times are UTC without a zone."""

from typing import Any, cast

import altair as alt
import polars as pl

from dashboards.axes import Canvas, time_axis
from dashboards.texts import t
from dashboards.theme import chart_config

_WIDE = 56
_NAMES = 7
"""Names of events that fit beside each other."""


def life(sizes: pl.DataFrame, events: pl.DataFrame, canvas: Canvas) -> alt.LayerChart:
    """How many accounts a cluster had over time, and the events of its life as marks on that line.

    sizes: decided_at, accounts. events: happened_at, name (as shown), detail (as shown).
    """
    look, now = canvas.colours, min(canvas.now, canvas.span.until)
    last = pl.DataFrame(
        {"decided_at": [now], "accounts": [sizes["accounts"][-1] if sizes.height else 0]},
        schema_overrides={"decided_at": pl.Datetime("us")},
    )
    line = pl.concat([sizes.select(pl.col("decided_at").cast(pl.Datetime("us")), "accounts"), last]).select(
        canvas.epoch(pl.col("decided_at")).alias("start"), canvas.written(pl.col("decided_at")).alias("when"), "accounts"
    )  # fmt: skip
    counts = alt.Axis(
        domain=False, ticks=False, tickCount=4, tickMinStep=1, format=",~f", minExtent=_WIDE, maxExtent=_WIDE
    )
    top = max(int(cast(int, sizes["accounts"].max() or 1)), 1) * 1.25
    y = alt.Y("accounts:Q", title=t("coordination.accounts"), axis=counts, scale=alt.Scale(domain=[0, top], nice=False))
    area = alt.Chart(line).mark_area(color=look.blue, opacity=0.16, interpolate="step-after")
    stroke = alt.Chart(line).mark_line(color=look.blue, strokeWidth=2, interpolate="step-after")
    return cast(
        alt.LayerChart,
        alt.layer(
            area.encode(x=time_axis(canvas), y=y),
            stroke.encode(x=time_axis(canvas), y=y),
            *_events(events, sizes, canvas, y),
        )
        .properties(height=190)
        .configure(**chart_config(look)),
    )


def _events(events: pl.DataFrame, sizes: pl.DataFrame, canvas: Canvas, y: Any) -> list[alt.Chart]:
    if events.is_empty():
        return []
    size = sizes.select(pl.col("decided_at").cast(pl.Datetime("us")).alias("happened_at"), "accounts").sort(
        "happened_at"
    )
    dated = (
        events.with_columns(pl.col("happened_at").cast(pl.Datetime("us")))
        .group_by("happened_at")
        .agg(pl.col("name").str.join(" · "), pl.col("detail").filter(pl.col("detail") != "").str.join("; "))
        .sort("happened_at")
    )
    placed = dated.join_asof(size, on="happened_at", strategy="forward").with_columns(
        pl.col("accounts").fill_null(int(sizes["accounts"][-1]) if sizes.height else 0)
    )
    drawn = placed.select(
        canvas.epoch(pl.col("happened_at")).alias("start"),
        canvas.written(pl.col("happened_at")).alias("when"),
        "name",
        "detail",
        "accounts",
    )
    base = alt.Chart(drawn.with_columns(label=_apart(drawn, canvas))).encode(
        x=time_axis(canvas),
        y=y,
        tooltip=[
            alt.Tooltip("when:N", title=t("charts.time", zone=canvas.zone_label)),
            alt.Tooltip("name:N", title=t("charts.what")),
            alt.Tooltip("detail:N", title=t("coordination.detail")),
        ],
    )
    dots = base.mark_point(filled=True, size=90, color=canvas.colours.vermilion, opacity=1)
    text = base.mark_text(dy=-12, fontSize=11, color=canvas.colours.text).encode(text="label:N")
    return [dots, text]


def _apart(drawn: pl.DataFrame, canvas: Canvas) -> pl.Series:
    """Names of the events that have room beside the last one named; empty for the others, whose dots tell them."""
    room = (canvas.span.until - canvas.span.since).total_seconds() * 1000 / _NAMES
    labels, last = [], -room
    for start, name in drawn.select("start", "name").iter_rows():
        free = start - last >= room
        labels.append(name if free else "")
        last = start if free else last
    return pl.Series("label", labels, dtype=pl.String)


def sensitivity(rows: pl.DataFrame, canvas: Canvas, members: int) -> alt.LayerChart:
    """How many of the accounts stay together under one choice alone. rows: choice (as shown), members."""
    base = alt.Chart(rows).encode(
        y=alt.Y("choice:N", sort=None, title=None, axis=alt.Axis(domain=False, ticks=False, labelLimit=210)),
        x=alt.X("members:Q", axis=None, scale=alt.Scale(domain=[0, max(members, 1) * 1.35], nice=False)),
        tooltip=[
            alt.Tooltip("choice:N", title=t("coordination.choice")),
            alt.Tooltip("members:Q", title=t("coordination.members")),
        ],
    )
    bars = base.mark_bar(height={"band": 0.55}, cornerRadiusEnd=2, color=canvas.colours.blue, opacity=0.85)
    text = base.mark_text(align="left", dx=6, color=canvas.colours.quiet, fontSize=12).encode(text="note:N")
    return cast(
        alt.LayerChart,
        alt.layer(bars, text)
        .properties(height=26 * max(rows.height, 1) + 14)
        .configure(**chart_config(canvas.colours)),
    )
