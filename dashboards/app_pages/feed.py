"""Feed: do the data arrive, in full, and in time?"""

import shutil
from typing import Any

import polars as pl
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from dashboards import charts, controls, data, figures, states, theme, words, zones
from dashboards.axes import Canvas
from dashboards.controls import ChosenPeriod
from dashboards.data import PublishedData, QueryRows
from dashboards.ranges import Span
from dashboards.shared.findings import of_findings
from dashboards.texts import names, t


def page(period: ChosenPeriod, found: PublishedData) -> None:
    """Everything below the controls, from one state of the catalogue."""
    now = data.now()
    span = period.span(found.as_received(), now)
    with st.container():  # always there, so that a notice that comes or goes moves nothing below it
        states.stale(found, now)
    if found.shared:
        _collections(found, period.span(found, now))
        _segments(found.ask("segments"), span)
        return
    _tiles(found, span)
    with st.container():
        _rate(found, span)
    left, right = st.columns([2, 3], gap="large")
    with left:
        _dead_letters(found.ask("dead_letters", since=span.since, until=span.until), span)
        _stream_changes(of_findings(found).ask("stream_changes", since=span.since, until=span.until), span)
        _detectors(of_findings(found).ask("detector_timings", since=span.since, until=span.until), span)
        _disk(found)
    with right:
        _segments(found.ask("segments"), span)
    _collections(found, period.span(found, now))


def _tiles(found: PublishedData, span: Span) -> None:
    totals = found.ask("feed_totals", since=span.since, until=span.until).row()
    now = data.now()
    if not found.live:
        _taken_in(totals, found)
        return
    messages = figures.derived(
        totals["accepted"] + totals["duplicates"] + totals["dead_letters"], "messages", totals["accepted"]
    )
    recent = totals["accepted_recently"]
    rate = figures.derived(recent / 300, "rate", recent)
    behind = "–" if found.watermark is None else t("feed.ago", ago=words.ago(now - found.watermark))
    newest = "–" if found.as_of is None else t("feed.ago", ago=words.ago(now - found.as_of))
    shown = (
        (t("feed.rate"), words.decimal(rate), t("feed.rate_note")),
        (t("feed.newest"), newest, t("feed.newest_note", at=words.moment(found.as_of))),
        (t("feed.passed"), behind, t("feed.passed_note", at=words.moment(found.watermark))),
        (t("feed.letters"), words.number(totals["dead_letters"]),
         t("feed.letters_note", messages=messages, duplicates=totals["duplicates"])),
    )  # fmt: skip
    _facts(shown)


def _taken_in(totals: dict[str, Any], found: PublishedData) -> None:
    """Of history: what was taken in, without a word of how fresh it is."""
    messages = figures.derived(
        totals["accepted"] + totals["duplicates"] + totals["dead_letters"], "messages", totals["accepted"]
    )
    _facts((
        (t("now.held"), words.number(found.events), t("feed.newest_note", at=words.moment(found.as_of))),
        (t("feed.letters"), words.number(totals["dead_letters"]),
         t("feed.letters_note", messages=messages, duplicates=totals["duplicates"])),
    ))  # fmt: skip


def _facts(shown: tuple[tuple[str, str, str], ...]) -> None:
    for place, (label, value, note) in zip(st.columns(len(shown), gap="small"), shown, strict=True):
        with place, st.container(border=True, height="stretch", gap="small"):
            st.metric(label, value)
            st.caption(note)


def _rate(found: PublishedData, span: Span) -> None:
    st.header(t("feed.taken_in"), anchor=False)
    answer = found.ask("feed_rate", **span.steps)
    rows = answer.rows
    if rows.is_empty():
        st.caption(t("feed.nothing"))
        return
    chart = charts.feed(rows, _canvas(span), names("feed_series"))
    summary = t("feed.taken_in_alt", step=words.step(span.step_seconds), n=answer.total("accepted"))
    st.altair_chart(chart, theme=None, width="stretch", key="rate", alt=summary)
    st.caption(t("feed.taken_in_note", zone=zones.over(span.since, span.until)))


def _canvas(span: Span) -> Canvas:
    return Canvas(span, theme.look(st.context.theme.type), data.now(), zones.name())


def _time(key: str, span: Span) -> ColumnConfig:
    return st.column_config.DatetimeColumn(
        t(f"feed.{key}", zone=zones.over(span.since, span.until)), format=words.table_time_format()
    )


def _dead_letters(answer: QueryRows, span: Span) -> None:
    st.header(t("feed.by_rule"), anchor=False)
    if answer.rows.is_empty():
        st.caption(t("feed.no_letters"))
        return
    shown = zones.frame(answer.rows).with_columns(
        pl.col("event_type").replace(names("event_types")).fill_null(t("feed.type_unknown"))
    )
    st.dataframe(shown, hide_index=True, height="content", column_config={
        "rule": t("feed.rule"), "event_type": t("feed.type"), "newest_hour": _time("last_hour", span),
        "letters": st.column_config.NumberColumn(t("feed.letters_column"), format="localized"),
    })  # fmt: skip
    st.caption(t("feed.by_rule_note", at=span.since, zone=zones.label(span.since)))


def _stream_changes(answer: QueryRows, span: Span) -> None:
    """Only where there is something to say: nearly always every log fits."""
    if answer.rows.is_empty():
        return
    st.header(t("feed.logs"), anchor=False)
    shown = zones.frame(answer.rows).with_columns(pl.col("reason").replace(names("log_changes")))
    numbers = {
        key: st.column_config.NumberColumn(t(f"feed.{key}"), format="localized") for key in ("wanted", "start", "lost")
    }
    st.dataframe(shown, hide_index=True, height="content", column_config={
        "known_at": _time("noticed", span), "topic": t("feed.topic"), "partition": t("feed.partition"),
        "reason": t("feed.what"), **numbers,
    })  # fmt: skip
    st.caption(t("feed.logs_note"))


def _detectors(answer: QueryRows, span: Span) -> None:
    st.header(t("feed.detectors"), anchor=False)
    if answer.rows.is_empty():
        st.caption(t("feed.no_detectors"))
        return
    seconds = {
        key: st.column_config.NumberColumn(t(f"feed.{key}"), format="%.2f s") for key in ("p50", "p95", "longest")
    }
    st.dataframe(zones.frame(answer.rows), hide_index=True, height="content", column_config={
        "detector": t("feed.detector"), "steps": st.column_config.NumberColumn(t("feed.steps"), format="localized"),
        "skipped": t("feed.skipped"), **seconds,
        "last_started": _time("last_started", span), "decided_until": _time("decided_until", span),
    })  # fmt: skip
    st.caption(t("feed.detectors_note"))


def _disk(found: PublishedData) -> None:
    st.header(t("feed.disk"), anchor=False)
    folder = data.data_dir()
    published = found.ask("segments").total("byte_count")
    database = folder / "veille.duckdb"
    held = words.size(figures.named(database.stat().st_size, "bytes_database")) if database.is_file() else "–"
    free = shutil.disk_usage(found.folder).free
    facts = (
        (t("feed.published"), words.size(published)),
        (t("feed.database"), held),
        (t("feed.free"), words.size(figures.named(free, "bytes_free"))),
    )
    for place, (name, value) in zip(st.columns(len(facts)), facts, strict=True):
        place.markdown(f":small[{name}]  \n**{value}**")


def _collections(found: PublishedData, span: Span) -> None:
    st.header(t("feed.coverage"), anchor=False)
    answer = found.ask("collections", since=span.since, until=span.until)
    if answer.rows.is_empty():
        st.caption(t("feed.no_event"))
        return
    coverage = found.ask("coverage", since=span.since, until=span.until, event_type=None).rows
    chart = charts.collections(coverage, _canvas(span))
    st.altair_chart(chart, theme=None, width="stretch", key="collections", alt=t("feed.coverage_alt"))
    shown = zones.frame(answer.rows).with_columns(pl.col("event_type").replace(names("event_types")))
    st.dataframe(shown, hide_index=True, height="content", column_config={
        "collection_id": t("feed.collection"), "platform": t("feed.platform"), "event_type": t("feed.type"),
        "sampling_probability": st.column_config.NumberColumn(t("feed.probability"), format="%.3g"),
        "first_at": _time("first_event", span),
        "last_at": _time("last_event", span),
        "hours": st.column_config.NumberColumn(t("feed.hours"), format="localized"),
        "events": None if found.shared else st.column_config.NumberColumn(t("feed.events"), format="localized"),
    })  # fmt: skip
    st.caption(t("feed.coverage_note", period=words.period(span.since, span.until)))


def _segments(answer: QueryRows, span: Span) -> None:
    st.header(t("feed.files"), anchor=False)
    rows = zones.frame(answer.rows)
    sizes = pl.Series([words.size(row["byte_count"]) for row in answer.each()], dtype=pl.String)
    st.dataframe(
        rows.select("relation", "files", "row_count", sizes.alias("size"), "first_at", "last_at"),
        hide_index=True,
        height=560,
        column_config={
            "relation": t("feed.view"),
            "files": t("feed.files_column"),
            "row_count": st.column_config.NumberColumn(t("feed.rows"), format="localized"),
            "size": t("feed.size"),
            "first_at": _time("from", span),
            "last_at": _time("to", span),
        },
    )
    st.caption(t("feed.files_note", size=words.size(answer.total("byte_count")), n=answer.total("files")))


head = st.container()
period, follow = controls.feed_period()
with head:
    states.heading(t("feed.title"), follow=follow)
states.body(lambda found: page(period, found), follow=follow)
