"""Marks that stand beside the bars of a timeline: when collections ran, and dated events."""

import altair as alt
import polars as pl

from dashboards.axes import SHARED_TIME, Canvas, time_axis
from dashboards.texts import t

MOST_LINES = 5
_LINE, _GAP = 9, 5
"""Height of one line of the strip, and of the gap above it, in pixels."""
_NUMBERS_APART = 70
"""Numbers of dated events closer than one in so many parts of the width are written together."""


def height(lines: int) -> float:
    """Room that so many lines take below the bars, in pixels."""
    return _LINE * lines + _GAP if lines else 0


def under_bars(coverage: pl.DataFrame, canvas: Canvas) -> list[alt.Chart]:
    """One thin line a collection, below the bars; from the fifth on they share the last line."""
    runs = _runs(coverage, canvas)
    names = runs["collection_id"].unique(maintain_order=True).to_list()
    groups = [[name] for name in names[: MOST_LINES - 1]] + (
        [names[MOST_LINES - 1 :]] if len(names) >= MOST_LINES else []
    )
    return [
        _drawn(runs.filter(pl.col("collection_id").is_in(group, nulls_equal=True)), canvas, size=_LINE - 4).encode(
            x=SHARED_TIME, y=alt.value({"expr": f"height + {_LINE * (place + 1)}"})
        )
        for place, group in enumerate(groups)
    ]


def named(coverage: pl.DataFrame, canvas: Canvas) -> alt.Chart:
    """One line a collection, with its name."""
    runs = _runs(coverage, canvas).with_columns(
        pl.col("collection_id").fill_null(t("charts.not_stated")).alias("collection")
    )
    names = alt.Axis(domain=False, ticks=False, labelLimit=280)
    chart: alt.Chart = _drawn(runs, canvas, size=12).encode(
        x=time_axis(canvas), y=alt.Y("collection:N", title=None, axis=names)
    )
    return chart


def dated(policy: pl.DataFrame, canvas: Canvas) -> list[alt.Chart]:
    """Numbered rules; the numbers are those of the list that the page shows below."""
    span = canvas.span
    inside = policy.filter((pl.col("at") >= span.since) & (pl.col("at") < span.until))
    if inside.is_empty():
        return []
    apart = pl.col("at").diff() > (span.until - span.since) / _NUMBERS_APART
    marked = inside.with_row_index("place", offset=1).select(
        canvas.epoch(pl.col("at")).alias("start"),
        canvas.written(pl.col("at")).alias("when"),
        "place",
        apart.fill_null(value=True).cum_sum().alias("group"),
        "label",
        pl.col("source").fill_null(t("charts.not_stated")),
    )
    rule = alt.Chart(marked).mark_rule(color=canvas.colours.quiet, strokeDash=[3, 3], opacity=0.75)
    number = alt.Chart(_numbers(marked)).mark_text(
        color=canvas.colours.text, fontSize=11, fontWeight="bold", baseline="bottom", dy=-2
    )
    tooltip = [
        alt.Tooltip("when:N", title=t("charts.time", zone=canvas.zone_label)),
        alt.Tooltip("label:N", title=t("charts.what")),
        alt.Tooltip("source:N", title=t("charts.source")),
    ]
    return [
        rule.encode(x=SHARED_TIME, tooltip=tooltip),
        number.encode(x=SHARED_TIME, y=alt.value(0), text="text:N"),
    ]


def _numbers(marked: pl.DataFrame) -> pl.DataFrame:
    first, last = pl.col("place").min().cast(pl.String), pl.col("place").max().cast(pl.String)
    text = pl.when(first == last).then(first).otherwise(pl.concat_str(first, pl.lit("–"), last))
    return marked.group_by("group", maintain_order=True).agg(pl.col("start").mean(), text.alias("text"))


def _drawn(runs: pl.DataFrame, canvas: Canvas, *, size: int) -> alt.Chart:
    kept, zone = alt.Scale(domain=[0, 1], range=[0.3, 1]), canvas.zone_label
    chart: alt.Chart = (
        alt.Chart(runs)
        .mark_bar(height=size, color=canvas.colours.green)
        .encode(
            x2="end:T",
            opacity=alt.Opacity("kept:Q", scale=kept, legend=None),
            tooltip=[
                alt.Tooltip("collection_id:N", title=t("charts.collection")),
                alt.Tooltip("since:N", title=t("charts.first_event", zone=zone)),
                alt.Tooltip("until:N", title=t("charts.last_event", zone=zone)),
                alt.Tooltip("events:Q", format=",", title=t("charts.events")),
                alt.Tooltip("probability:N", title=t("charts.probability")),
            ],
        )
    )
    return chart


def _runs(coverage: pl.DataFrame, canvas: Canvas) -> pl.DataFrame:
    """Runs of coverage cut to the span, each at least as long as can be seen."""
    span = canvas.span
    visible = (span.until - span.since) / 400
    start = pl.max_horizontal("first_at", pl.lit(span.since))
    end = pl.max_horizontal(pl.col("last_at"), start + visible).clip(upper_bound=span.until)
    return coverage.filter((pl.col("last_at") >= span.since) & (pl.col("first_at") < span.until)).select(
        canvas.epoch(start).alias("start"),
        canvas.epoch(end).alias("end"),
        "collection_id",
        pl.col("sampling_probability").fill_null(1.0).alias("kept"),
        pl.col("sampling_probability").cast(pl.String).fill_null(t("charts.not_stated")).alias("probability"),
        canvas.written(pl.col("first_at")).alias("since"),
        canvas.written(pl.col("last_at")).alias("until"),
        "events",
    )
