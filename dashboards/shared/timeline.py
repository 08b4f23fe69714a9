"""Requests over time by their answer, as the pages of one person draw them."""

import polars as pl
import streamlit as st

from dashboards import charts, data, theme, zones
from dashboards.axes import Canvas
from dashboards.data import PublishedData, QueryRows
from dashboards.ranges import Span
from dashboards.shared import naming
from dashboards.texts import names, t


def by_answer(answer: QueryRows, span: Span, found: PublishedData, *, key: str, alt: str) -> None:
    """answer: at, series (an outcome), requests. key: of the chart. alt: key of its description in words, with `n`."""
    st.header(t("target.timeline"), anchor=False)
    if answer.rows.is_empty():
        st.caption(t("now.none"))
        return
    coverage = found.ask("coverage", since=span.since, until=span.until, event_type="mention").rows
    canvas = Canvas(span, theme.look(st.context.theme.type), data.now(), zones.name())
    none = pl.DataFrame(schema={"at": pl.Datetime("us"), "label": pl.String, "source": pl.String})
    chart = charts.volume(answer.rows, canvas, names("outcomes"), coverage=coverage, policy=none)
    st.altair_chart(chart, theme=None, width="stretch", key=key, alt=t(alt, n=answer.total("requests")))
    st.caption(naming.zoned("target.timeline_note"))
