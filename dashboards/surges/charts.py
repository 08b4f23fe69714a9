"""Charts of surges and drops: frame → altair chart, nothing else. Times are UTC without a zone."""

from datetime import datetime, timedelta
from typing import Any, cast

import altair as alt
import polars as pl

from dashboards import words
from dashboards.axes import SHARED_TIME, Canvas, time_axis
from dashboards.texts import t
from dashboards.theme import chart_config

_WIDE = 56
_LEAST_EXPECTED = 0.5
"""Expected counts below this are drawn as this: five events where next to none were expected are no larger than ten times."""
_POWERS = [0.01, 0.1, 1, 10, 100, 1_000, 10_000]
PICKED = "picked"
"""Name of the selection: a click on a line, with its surge_id."""


def timeline(rows: pl.DataFrame, canvas: Canvas, kinds: dict[str, str]) -> alt.LayerChart:
    """One line a surge or drop, from its begin to its end, as high as it was above (below) what its past explains.

    rows: surge_id, series (a key of `kinds`: target, whole, drop), label, opened_at, closed_at, observed, expected, accounts.
    """
    drawn = _segments(rows, canvas)
    colours = {"target": canvas.colours.vermilion, "whole": canvas.colours.blue, "drop": canvas.colours.purple}
    present = [key for key in kinds if key in set(rows["series"])]
    scale = alt.Scale(domain=[kinds[key] for key in present], range=[colours[key] for key in present])
    picked = alt.selection_point(name=PICKED, fields=["surge_id"], on="click", empty=False)
    base = alt.Chart(drawn).encode(
        x=time_axis(canvas),
        y=alt.Y(
            "times:Q",
            title=t("surges.times_axis"),
            scale=alt.Scale(type="log", domain=_height(drawn), nice=False),
            axis=alt.Axis(domain=False, ticks=False, values=_POWERS, format="~g", minExtent=_WIDE, maxExtent=_WIDE),
        ),
        color=alt.Color("kind:N", scale=scale, legend=alt.Legend() if len(present) > 1 else None),
        tooltip=_tooltip(canvas),
    )
    line = base.mark_rule(strokeWidth=4, strokeCap="round", opacity=0.55).encode(x2="end:T")
    dot = base.mark_point(filled=True, size=75, opacity=0.95, cursor="pointer").add_params(picked)
    return _finished(alt.layer(_one(canvas), line, dot), canvas, 260)


def _segments(rows: pl.DataFrame, canvas: Canvas) -> pl.DataFrame:
    span = canvas.span
    end = pl.col("closed_at").fill_null(min(canvas.now, span.until)).clip(upper_bound=span.until)
    floor = pl.max_horizontal(pl.col("expected"), pl.lit(_LEAST_EXPECTED))
    return rows.select(
        "surge_id",
        canvas.epoch(pl.max_horizontal("opened_at", pl.lit(span.since))).alias("start"),
        canvas.epoch(pl.max_horizontal(end, "opened_at")).alias("end"),
        (pl.max_horizontal(pl.col("observed"), pl.lit(_LEAST_EXPECTED)) / floor).alias("times"),
        pl.col("kind"),
        "label",
        canvas.written(pl.col("opened_at")).alias("opened"),
        pl.when(pl.col("closed_at").is_null()).then(pl.lit(t("surges.open"))).otherwise(canvas.written(pl.col("closed_at"))).alias("closed"),
        "observed",
        pl.col("expected").round(1),
        "accounts",
    )  # fmt: skip


def _height(drawn: pl.DataFrame) -> list[float]:
    """From a little below the lowest line, or as expected, to a little above the highest."""
    times = drawn["times"]
    low = min(float(cast(float, times.min() or 1)), 1.0)
    high = max(float(cast(float, times.max() or 1)), 4.0)
    return [low / 1.4, high * 1.6]


def _tooltip(canvas: Canvas) -> list[alt.Tooltip]:
    zone = canvas.zone_label
    return [
        alt.Tooltip("label:N", title=t("charts.what")),
        alt.Tooltip("opened:N", title=t("surges.opened", zone=zone)),
        alt.Tooltip("closed:N", title=t("surges.closed", zone=zone)),
        alt.Tooltip("observed:Q", format=",", title=t("surges.observed")),
        alt.Tooltip("expected:Q", format=",", title=t("surges.expected")),
        alt.Tooltip("accounts:Q", format=",", title=t("surges.accounts")),
    ]


def _one(canvas: Canvas) -> alt.Chart:
    """The line at "as expected", above which surges stand and below which drops do."""
    rule = alt.Chart(pl.DataFrame({"times": [1.0]})).mark_rule(color=canvas.colours.quiet, strokeDash=[4, 3])
    return cast(alt.Chart, rule.encode(y="times:Q"))


def held_against(
    steps: pl.DataFrame, canvas: Canvas, marks: dict[str, datetime | None], *, height: int = 300
) -> alt.LayerChart:
    """Observed points against the band that the past explains, and dated marks.

    steps: as `band.steps`. marks: what happened → when; those without a time are left out.
    """
    drawn = _points(steps, canvas)
    counts = alt.Axis(domain=False, ticks=False, tickCount=5, format=",~f", minExtent=_WIDE, maxExtent=_WIDE)
    title = t("charts.requests_per", step=_step(canvas.span.step_seconds))
    top = max(float(cast(float, steps["events"].max() or 0)), float(cast(float, steps["high"].max() or 0)), 1.0)
    y = alt.Y("events:Q", title=title, axis=counts, scale=alt.Scale(domain=[0, top * 1.25], nice=False))
    x = time_axis(canvas)
    look = canvas.colours
    band = alt.Chart(drawn).mark_area(color=look.blue, opacity=0.22, interpolate="step-after")
    usual = alt.Chart(drawn).mark_line(color=look.blue, strokeWidth=1.5, interpolate="step-after")
    stem = alt.Chart(drawn).mark_bar(color=look.grey, opacity=0.45, size=2)
    dots = alt.Chart(drawn).mark_point(filled=True, opacity=1)
    return _finished(
        alt.layer(
            band.encode(x=x, y=alt.Y("low:Q", title=title, axis=counts), y2="high:Q"),
            usual.encode(x=x, y="expected:Q"),
            stem.encode(x=alt.X("middle:T"), y=y, y2=alt.datum(0)),
            dots.encode(
                x=alt.X("middle:T"),
                y=y,
                size=alt.condition("datum.above", alt.value(58), alt.value(26)),
                color=alt.condition("datum.above", alt.value(look.vermilion), alt.value(look.quiet)),
                tooltip=_step_tooltip(canvas),
            ),
            *_marks(marks, canvas),
        ),
        canvas,
        height,
    )


def _points(steps: pl.DataFrame, canvas: Canvas) -> pl.DataFrame:
    half = pl.duration(milliseconds=canvas.span.step_seconds * 500)
    return steps.select(
        canvas.epoch(pl.col("at")).alias("start"),
        canvas.epoch(pl.col("at") + half).alias("middle"),
        canvas.written(pl.col("at"), weekday=True).alias("when"),
        "events",
        "accounts",
        pl.col("expected").round(2),
        "low",
        "high",
        (pl.col("above") & pl.col("inside")).alias("above"),
    )


def _step_tooltip(canvas: Canvas) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("when:N", title=t("charts.time", zone=canvas.zone_label)),
        alt.Tooltip("events:Q", format=",", title=t("surges.observed")),
        alt.Tooltip("accounts:Q", format=",", title=t("surges.accounts")),
        alt.Tooltip("expected:Q", format=",.2~f", title=t("surges.expected")),
        alt.Tooltip("low:Q", format=",", title=t("surges.low")),
        alt.Tooltip("high:Q", format=",", title=t("surges.high")),
    ]


def _marks(marks: dict[str, datetime | None], canvas: Canvas) -> list[alt.Chart]:
    """A dashed rule with its name a mark, each name on a line of its own so that none covers another."""
    zone = canvas.zone_label
    drawn = []
    for place, (name, at) in enumerate((name, at) for name, at in marks.items() if at is not None):
        when = pl.Series("at", [at], dtype=pl.Datetime("us"))
        row = pl.DataFrame({"name": [name]}).with_columns(
            canvas.epoch(pl.lit(when)).alias("start"), canvas.written(pl.lit(when)).alias("when")
        )
        tooltip = [
            alt.Tooltip("name:N", title=t("charts.what")),
            alt.Tooltip("when:N", title=t("charts.time", zone=zone)),
        ]
        base = alt.Chart(row).encode(x=SHARED_TIME, tooltip=tooltip)
        drawn.append(base.mark_rule(color=canvas.colours.text, strokeDash=[3, 3], opacity=0.7))
        text = base.mark_text(color=canvas.colours.text, fontSize=11, align="left", dx=4, baseline="top")
        drawn.append(text.encode(y=alt.value(13 * place), text="name:N"))
    return drawn


def parts(rows: pl.DataFrame, canvas: Canvas, label: str) -> alt.LayerChart:
    """Where an excess comes from: per value the observed count as a bar, the expected one as a tick.

    rows: value (as shown), observed, expected, excess, note.
    """
    base = alt.Chart(rows).encode(
        y=alt.Y("value:N", sort=None, title=None, axis=alt.Axis(domain=False, ticks=False, labelLimit=220)),
        tooltip=[
            alt.Tooltip("value:N", title=label),
            alt.Tooltip("observed:Q", format=",", title=t("surges.observed")),
            alt.Tooltip("expected:Q", format=",.1f", title=t("surges.expected")),
            alt.Tooltip("excess:Q", format="+,.1f", title=t("surges.excess")),
        ],
    )
    room = 1.55 * float(cast(float, max(rows["observed"].max() or 0, rows["expected"].max() or 0, 1)))
    x = alt.X("observed:Q", axis=None, scale=alt.Scale(domain=[0, room], nice=False))
    bars = base.mark_bar(height={"band": 0.55}, cornerRadiusEnd=2, color=canvas.colours.vermilion, opacity=0.85).encode(
        x=x
    )
    ticks = base.mark_tick(color=canvas.colours.blue, thickness=3, height={"band": 0.85}).encode(
        x=alt.X("expected:Q", axis=None)
    )
    text = base.mark_text(align="left", dx=6, color=canvas.colours.quiet, fontSize=12).encode(
        x="observed:Q", text="note:N"
    )
    return _finished(alt.layer(bars, ticks, text), canvas, 26 * max(rows.height, 1) + 14)


def _step(seconds: int) -> str:
    return words.step(seconds) if seconds in words.STEPS else words.ago(timedelta(seconds=seconds))


def _finished(chart: Any, canvas: Canvas, height: int) -> alt.LayerChart:
    return cast(alt.LayerChart, chart.properties(height=height).configure(**chart_config(canvas.colours)))
