"""Lanes below a timeline: what the detectors found and what persons noted, each as a thin line over its stretch of time."""

from collections.abc import Mapping
from typing import Any

import altair as alt
import polars as pl

from dashboards import figures
from dashboards.axes import SHARED_TIME, Canvas
from dashboards.shared import links, naming
from dashboards.texts import names, t

HEIGHT = 15
"""Height of one lane, in pixels."""
KINDS = ("surge", "cluster", "annotation")


def height(marks: pl.DataFrame) -> float:
    """Room that the lanes of these marks take, in pixels."""
    return HEIGHT * len(_present(marks))


def below(marks: pl.DataFrame, canvas: Canvas, offset: float) -> list[alt.Chart]:
    """One lane for each sort of mark that there is, `offset` pixels below the bars. marks: as `sql/dashboards/marks`."""
    drawn: list[alt.Chart] = []
    for place, lane in enumerate(_present(marks)):
        y = offset + HEIGHT * place + HEIGHT / 2
        drawn += [_lane(marks.filter(pl.col("lane") == lane), lane, canvas, y), _name(lane, canvas, y)]
    return drawn


def tell(row: Mapping[str, Any]) -> str:
    """One mark in words."""
    if row["lane"] == "surge":
        series = naming.series(row["kind"], row["detail"], row["target_id"])
        return t("now.surge_mark", series=series, n=row["amount"], accounts=row["accounts"])
    if row["lane"] == "cluster":
        tier = names("mark_tiers").get(row["kind"], row["kind"])
        return t(
            "now.cluster_mark",
            cluster=links.cluster(row["mark_id"]),
            tier=tier,
            n=row["accounts"],
            targets=row["amount"],
        )
    return str(row["note"])


def _present(marks: pl.DataFrame) -> list[str]:
    there = set(marks["lane"])
    return [lane for lane in KINDS if lane in there]


def _lane(marks: pl.DataFrame, lane: str, canvas: Canvas, y: float) -> alt.Chart:
    colour = {"surge": canvas.colours.vermilion, "cluster": canvas.colours.purple, "annotation": canvas.colours.blue}[
        lane
    ]
    drawn = alt.Chart(_stretches(marks, canvas)).mark_bar(height=7, color=colour, opacity=0.6, cornerRadius=2)
    zone = canvas.zone_label
    chart: alt.Chart = drawn.encode(
        x=SHARED_TIME, x2="end:T", y=alt.value({"expr": f"height + {y}"}),
        tooltip=[
            alt.Tooltip("what:N", title=names("lanes")[lane]),
            alt.Tooltip("since:N", title=t("charts.since", zone=zone)),
            alt.Tooltip("until:N", title=t("charts.until", zone=zone)),
        ],
    )  # fmt: skip
    return chart


def _name(lane: str, canvas: Canvas, y: float) -> alt.Chart:
    text = alt.Chart(pl.DataFrame({"lane": [names("lanes")[lane]]})).mark_text(
        align="right", dx=-8, fontSize=11, color=canvas.colours.quiet, baseline="middle"
    )
    chart: alt.Chart = text.encode(x=alt.value(0), y=alt.value({"expr": f"height + {y}"}), text="lane:N")
    return chart


def _stretches(marks: pl.DataFrame, canvas: Canvas) -> pl.DataFrame:
    """Marks cut to the span, each at least as long as can be seen."""
    span = canvas.span
    start = pl.max_horizontal("first_at", pl.lit(span.since))
    end = (
        pl.when(pl.col("last_at").is_null() & (pl.col("lane") == "surge"))
        .then(pl.lit(span.until))
        .otherwise(pl.col("last_at"))
    )
    seen = pl.max_horizontal(end.fill_null(pl.col("first_at")), start + (span.until - span.since) / 300)
    what = pl.Series("what", [tell(row) for row in figures.rows("marks", marks)], dtype=pl.String)
    return marks.with_columns(what).select(
        canvas.epoch(start).alias("start"),
        canvas.epoch(seen.clip(upper_bound=span.until)).alias("end"),
        canvas.written(pl.col("first_at")).alias("since"),
        canvas.written(pl.col("last_at")).fill_null("–").alias("until"),
        "what",
    )
