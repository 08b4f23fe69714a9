"""Feed: do the data arrive, in full, and in time?"""

import polars as pl
import streamlit as st

from dashboards import charts, controls, data, states, theme, words
from dashboards.axes import Canvas
from dashboards.controls import Period
from dashboards.data import Answer, Catalogue
from dashboards.ranges import Span

_TIME = "YYYY-MM-DD HH:mm"


def page(period: Period, found: Catalogue) -> None:
    """Everything below the controls, from one state of the catalogue."""
    now = data.now()
    span = period.span(found.as_received(), now)
    with st.container():  # always there, so that a notice that comes or goes moves nothing below it
        states.stale(found, now)
    _tiles(found, span)
    with st.container():
        _rate(found, span)
    left, right = st.columns([2, 3], gap="large")
    with left:
        _dead_letters(found.ask("dead_letters", since=span.since, until=span.until), span)
    with right:
        _segments(found.ask("segments"))
    _collections(found, period.span(found, now))


def _tiles(found: Catalogue, span: Span) -> None:
    totals = found.ask("feed_totals", since=span.since, until=span.until).row()
    now = data.now()
    messages = totals["accepted"] + totals["duplicates"] + totals["dead_letters"]
    behind = "–" if found.watermark is None else f"{words.ago(now - found.watermark)} ago"
    shown = (
        ("New events a second", f"{totals['accepted_recently'] / 300:,.1f}", "Mean of the last five whole minutes."),
        ("Newest data", "–" if found.as_of is None else f"{words.ago(now - found.as_of)} ago", f"Taken in at {words.moment(found.as_of)}."),
        ("Every source has passed", behind, f"Watermark: event time {words.moment(found.watermark)}; idle sources are excused after 30 s."),
        ("Dead letters", words.number(totals["dead_letters"]),
         f"Of {words.number(messages)} messages in this period; {words.number(totals['duplicates'])} were repeats, counted once."),
    )  # fmt: skip
    for place, (label, value, note) in zip(st.columns(4, gap="small"), shown, strict=True):
        with place, st.container(border=True, height="stretch", gap="small"):
            st.metric(label, value)
            st.caption(note)


def _rate(found: Catalogue, span: Span) -> None:
    st.header("Messages taken in", anchor=False)
    rows = found.ask("feed_rate", since=span.since, until=span.until, step_seconds=span.step_seconds).rows
    if rows.is_empty():
        st.caption("Nothing was taken in during this period.")
        return
    chart = charts.feed(rows, _canvas(span), words.FEED)
    st.altair_chart(chart, theme=None, width="stretch", key="rate",
                    alt=f"Messages per {words.STEPS[span.step_seconds]}: {rows['accepted'].sum():,} new events")  # fmt: skip
    st.caption("By the clock of ingest (UTC), not by event time: a replay of a year shows here as the minutes it took.")


def _canvas(span: Span) -> Canvas:
    return Canvas(span, theme.look(st.context.theme.type), data.now())


def _dead_letters(answer: Answer, span: Span) -> None:
    st.header("Dead letters by rule", anchor=False)
    if answer.rows.is_empty():
        st.caption("None in this period: every message kept the contract.")
        return
    shown = answer.rows.with_columns(pl.col("event_type").fill_null("not known"))
    st.dataframe(shown, hide_index=True, height="content", column_config={
        "rule": "Rule broken", "event_type": "Type", "letters": st.column_config.NumberColumn("Letters", format="localized"),
        "newest_hour": st.column_config.DatetimeColumn("Last in the hour (UTC)", format=_TIME),
    })  # fmt: skip
    st.caption(
        f"Received since {words.minute(span.since)} UTC, by whole hours. `veille deadletters list` names each with its path; "
        "`veille deadletters replay` takes them in once the cause is mended."
    )


def _collections(found: Catalogue, span: Span) -> None:
    st.header("Coverage by collection", anchor=False)
    answer = found.ask("collections", since=span.since, until=span.until)
    if answer.rows.is_empty():
        st.caption("No event happened in this period.")
        return
    coverage = found.ask("coverage", since=span.since, until=span.until, event_type=None).rows
    chart = charts.collections(coverage, _canvas(span))
    st.altair_chart(chart, theme=None, width="stretch", key="collections", alt="When each collection brought events")
    st.dataframe(answer.rows, hide_index=True, height="content", column_config={
        "collection_id": "Collection", "platform": "Platform", "event_type": "Type",
        "sampling_probability": st.column_config.NumberColumn("Sampling probability", format="%.3g"),
        "first_at": st.column_config.DatetimeColumn("First event (UTC)", format=_TIME),
        "last_at": st.column_config.DatetimeColumn("Last event (UTC)", format=_TIME),
        "hours": st.column_config.NumberColumn("Hours with events", format="localized"),
        "events": st.column_config.NumberColumn("Events", format="localized"),
    })  # fmt: skip
    st.caption(
        f"By event time, {words.minute(span.since)} to {words.minute(span.until)} UTC. Counts are of collected events, never scaled up."
    )


def _segments(answer: Answer) -> None:
    st.header("Published files", anchor=False)
    rows = answer.rows
    total = int(rows["byte_count"].sum())
    sizes = pl.Series([words.size(n) for n in rows["byte_count"]], dtype=pl.String)
    st.dataframe(
        rows.select("relation", "files", "row_count", sizes.alias("size"), "first_at", "last_at"),
        hide_index=True,
        height="content",
        column_config={
            "relation": "View",
            "files": "Files",
            "row_count": st.column_config.NumberColumn("Rows", format="localized"),
            "size": "Size",
            "first_at": st.column_config.DatetimeColumn("From (UTC)", format=_TIME),
            "last_at": st.column_config.DatetimeColumn("To (UTC)", format=_TIME),
        },
    )
    st.caption(f"{words.size(total)} in {words.number(float(rows['files'].sum()))} files.")


head = st.container()
period, follow = controls.feed_period()
with head:
    states.heading("Feed", follow=follow)
states.body(lambda found: page(period, found), follow=follow)
