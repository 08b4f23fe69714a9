"""Explore: measure × breakdown × filter × period × comparison, and double coding."""

from datetime import timedelta

import polars as pl
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from dashboards import charts, data, exports, figures, sampling, states, theme, tiles, words, zones
from dashboards.axes import Canvas
from dashboards.data import PublishedData, QueryRows
from dashboards.explore import charts as drawings
from dashboards.explore import coding, question
from dashboards.explore import controls as choices
from dashboards.explore.controls import Chosen
from dashboards.explore.question import PEOPLE, RATES
from dashboards.ranges import Span
from dashboards.texts import names, t

SMALL_WIDTH = 330


def page(chosen: Chosen, found: PublishedData) -> None:
    """Everything below the controls, from one state of the catalogue."""
    now = data.now()
    span = question.stepped(chosen.period.span(found, now), zones.name())
    with st.container():
        states.stale(found, now)
        states.notes(span, found, chosen.question.request_class)
        if chosen.question.measure != "images":
            sampling.notice(found, span, chosen.question.request_class)
    if chosen.view == "coding":
        coding.show(chosen.question, found, span)
        return
    st.header(chosen.question.title, anchor=False)
    {"time": _time, "multiples": _multiples, "heat": _heat, "top": _top}[chosen.view](chosen, found, span)


def _time(chosen: Chosen, found: PublishedData, span: Span) -> None:
    answer, rows = question.over_time(chosen.question, found, span)
    _bounds(chosen, answer)
    if _nothing(rows, found, span):
        return
    canvas, shift = _canvas(span), _shift(chosen, span)
    coverage = _coverage(found, span, chosen)
    chart = drawings.over_time(rows, canvas, chosen.question.measure, shift=shift, coverage=coverage)
    st.altair_chart(chart, theme=None, width="stretch", key="explored", alt=_summary(chosen, rows))
    st.caption(t("explore.strip_note", zone=zones.over(span.since, span.until)))
    _footer(chosen, answer, rows, span)


def _multiples(chosen: Chosen, found: PublishedData, span: Span) -> None:
    answer, rows = question.over_time(chosen.question, found, span)
    _bounds(chosen, answer)
    if _nothing(rows, found, span):
        return
    chart = drawings.multiples(
        rows, _canvas(span), chosen.question.measure, shift=_shift(chosen, span), width=SMALL_WIDTH
    )
    st.altair_chart(chart, theme=None, width="content", key="small", alt=_summary(chosen, rows))
    _below(chosen, found, span)
    _footer(chosen, answer, rows, span)


def _heat(chosen: Chosen, found: PublishedData, span: Span) -> None:
    asked = chosen.question
    if asked.measure in PEOPLE or asked.measure == "images":
        st.info(t("explore.no_heat"), icon=":material/grid_on:")
        return
    ahead = int((zones.local(span.until) - span.until).total_seconds())
    answer = found.ask("explore_heat", since=span.since, until=span.until, zone_seconds=ahead, **asked.chosen)
    rows = _mean(answer.rows, asked.measure)
    _bounds(chosen, answer)
    if _nothing(rows, found, span):
        return
    chart = drawings.heat(rows, theme.look(st.context.theme.type), asked.measure)
    st.altair_chart(chart, theme=None, width="stretch", key="heat", alt=asked.title)
    st.caption(t("explore.heat_note", zone=zones.over(span.since, span.until)))
    _below(chosen, found, span)
    _footer(chosen, answer, rows, span)


def _top(chosen: Chosen, found: PublishedData, span: Span) -> None:
    answer, rows = question.totals(chosen.question, found, span)
    _bounds(chosen, answer)
    if _nothing(rows, found, span):
        return
    side = question.change(rows)
    chart = drawings.bars(side, theme.look(st.context.theme.type), chosen.question.measure)
    st.altair_chart(chart, theme=None, width="stretch", key="top_bars", alt=_summary(chosen, rows))
    if chosen.question.comparison != "none":
        st.caption(t("explore.tick_note", period=words.period(*question.earlier(span, chosen.question.comparison))))
    _below(chosen, found, span)
    _footer(chosen, answer, side, span)


def _mean(rows: pl.DataFrame, measure: str) -> pl.DataFrame:
    if measure in RATES:
        n = pl.sum_horizontal(RATES[measure])
        return rows.with_columns(value=pl.when(n > 0).then(pl.col("fulfilled") / n), n=n)
    return rows.with_columns(value=pl.col("requests") / pl.col("hours"), n=pl.col("requests"))


def _bounds(chosen: Chosen, answer: QueryRows) -> None:
    """Between which values a rate lies, where answers are not judged."""
    found = question.bounds(chosen.question.measure, answer.rows)
    if found is not None:
        unknown, low, high = found
        st.caption(t("explore.bounds", n=unknown, low=words.percent(low), high=words.percent(high)))


def _nothing(rows: pl.DataFrame, found: PublishedData, span: Span) -> bool:
    if rows.is_empty() or not rows["n"].sum():
        st.info(t("explore.nothing"), icon=":material/search_off:")
        states.instead(found, span, "explore")
        return True
    return False


def _below(chosen: Chosen, found: PublishedData, span: Span) -> None:
    """Coverage under a chart that has no axis of time."""
    st.caption(t("explore.coverage"))
    chart = charts.collections(_coverage(found, span, chosen), _canvas(span))
    st.altair_chart(chart, theme=None, width="stretch", key="explore_coverage", alt=t("feed.coverage_alt"))


def _coverage(found: PublishedData, span: Span, chosen: Chosen) -> pl.DataFrame:
    kind = "generation" if chosen.question.measure == "images" else "mention"
    return found.ask("coverage", since=span.since, until=span.until, event_type=kind).rows


def _footer(chosen: Chosen, answer: QueryRows, rows: pl.DataFrame, span: Span) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        exports.buttons(rows, f"veille-{chosen.question.measure}-{chosen.question.breakdown}", key="explore")
        with st.popover(t("tiles.about"), icon=":material/info:", type="tertiary", key="about_explored"):
            definition = names("measure_definitions")[chosen.question.measure]
            basis = t(
                "explore.basis",
                period=words.period(span.since, span.until),
                n=answer.derived(int(rows["n"].sum() or 0), "cases"),
            )
            if answer.parameters.get("one_in", 1) > 1:
                basis = (
                    f"{basis} {t('explore.estimated', one_in=answer.derived(answer.parameters['one_in'], 'one_in'))}"
                )
            tiles.about(answer, chosen.question.title, definition, basis)
    with st.expander(t("explore.table"), icon=":material/table:", key="explored_table"):
        st.dataframe(zones.frame(rows), hide_index=True, column_config=_columns(chosen, rows))


def _columns(chosen: Chosen, rows: pl.DataFrame) -> dict[str, ColumnConfig | str]:
    known = {name: label for name, label in names("explore_columns").items() if name in rows.columns}
    shares: dict[str, ColumnConfig | str] = {
        name: st.column_config.NumberColumn(known[name], format="percent")
        for name in ("value", "before")
        if chosen.question.measure in RATES and name in known
    }
    return {**known, **shares}


def _summary(chosen: Chosen, rows: pl.DataFrame) -> str:
    return t("explore.alt", title=chosen.question.title, n=figures.named(rows["series"].n_unique(), "series_shown"))


def _shift(chosen: Chosen, span: Span) -> timedelta:
    return span.since - question.earlier(span, chosen.question.comparison)[0]


def _canvas(span: Span) -> Canvas:
    return Canvas(span, theme.look(st.context.theme.type), data.now(), zones.name())


head = st.container()
chosen = choices.chosen()
with head:
    states.heading(t("explore.title"), follow=True)
states.body(lambda found: page(chosen, found), follow=False)
