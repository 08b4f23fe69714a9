"""The queue: what needs somebody, first what nobody has taken; and how well and how fast incidents were handled."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
import streamlit as st

from dashboards import data, figures, states, words, zones
from dashboards.controls import ChosenPeriod
from dashboards.data import PublishedData
from dashboards.incidents import minors, together
from dashboards.incidents import words as incident_words
from dashboards.ranges import Span
from dashboards.shared import links, naming, tables
from dashboards.shared.findings import of_findings
from dashboards.texts import names, t

PAGE = 25
MOST = 500


@dataclass(frozen=True, slots=True)
class Filters:
    """Which incidents are listed; None takes all. state: also `unresolved`."""

    state: str | None
    severity: str | None
    rota: str | None


def draw(period: ChosenPeriod, filters: Filters, found: PublishedData) -> None:
    """Everything below the controls."""
    now = data.now()
    span = period.span(found, now)
    with st.container():
        states.stale(found, now)
        states.notes(span, found)
    known = of_findings(found)
    if filters.rota == "minors":
        minors.queue(filters.state)
        return
    _handling(known)
    _queue(known, span, filters, now)
    with st.expander(t("incidents.how_well"), icon=":material/speed:", key="how_well"):
        _times(known, span)
        _precision(known, span)
    with st.expander(t("incidents.silences"), icon=":material/notifications_off:", key="silences"):
        _silences(known, now)


def _handling(known: PublishedData) -> None:
    """One line: how much is open, and for how long."""
    rows = known.ask("incidents_counts").rows
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="handling"):
        if rows.is_empty():
            st.badge(t("incidents.all_quiet"), icon=":material/check_circle:", color="green")
            return
        severities, states_of = names("severities"), names("incident_states")
        for row in figures.rows("incidents_counts", rows):
            parts = (severities[row["severity"]], states_of[row["state"]].lower(), names("rotas")[row["rota"]])
            text = f"{words.number(row['incidents'])} · {' · '.join(parts)}"
            st.badge(text, icon=incident_words.icon(row["severity"]), color=incident_words.colour(row["severity"]))


def _queue(known: PublishedData, span: Span, filters: Filters, now: datetime) -> None:
    answer = known.ask(
        "incidents_list", since=span.since, until=max(span.until, now), state=filters.state, severity=filters.severity,
        rota=filters.rota, top=MOST,
    )  # fmt: skip
    rows = answer.rows
    together.say()
    if rows.is_empty():
        st.info(t("incidents.none"), icon=":material/notifications:")
        states.instead(known, span, "incidents")
        return
    unseen = rows.clear() if known.live else rows.filter(_untouched())
    left_out = int(rows["found"][0]) - rows.height
    _entries(rows.join(unseen, on="incident_id", how="anti", maintain_order="left"), "incidents_shown", left_out, now)
    if unseen.height:
        st.header(t("incidents.in_history", n=answer.derived(int(rows["untouched"][0]), "untouched")), anchor=False)
        st.caption(t("incidents.in_history_note"))
        together.offer(unseen.head(int(st.session_state.get("unseen_shown", PAGE))))
        _entries(unseen, "unseen_shown", left_out, now)


def _untouched() -> pl.Expr:
    """Whether nobody has taken or judged it; over history most end by themselves."""
    return pl.all_horizontal(pl.col("owner", "disposition", "acknowledged_at").is_null())


def _entries(rows: pl.DataFrame, place: str, left_out: int, now: datetime) -> None:
    """As many as were asked for, and the button for more. left_out: how many more were not read at all."""
    shown = int(st.session_state.get(place, PAGE))
    for row in figures.rows("incidents_list", rows.head(shown)):
        _entry(row, now)
    if rows.height > shown:
        left = figures.named(rows.height + left_out - shown, "left_out")
        st.button(t("incidents.more", n=left), key=f"more_{place}", on_click=_more, args=(place,))


def _more(place: str) -> None:
    st.session_state[place] = int(st.session_state.get(place, PAGE)) + PAGE


def _entry(row: dict[str, Any], now: datetime) -> None:
    with (
        st.container(border=True, gap="small", key=f"incident_{row['incident_id']}"),
        st.container(horizontal=True, gap="small", vertical_alignment="center"),
    ):
        incident_words.badges(row)
        links.link("incidents", row["incident_id"], incident_words.title(row))
        st.caption(_line(row, now), width="content")


def _line(row: dict[str, Any], now: datetime) -> str:
    parts = [
        links.incident(row["incident_id"]),
        t("incidents.opened_ago", ago=words.ago(now - row["opened_at"]), at=row["opened_at"]),
    ]
    if row["requests"]:
        parts.append(incident_words.size(row))
    if row["owner"]:
        parts.append(t("incidents.taken_by", name=words.escape_markdown(row["owner"])))
    if row["children"]:
        parts.append(t("incidents.children", n=row["children"]))
    if row["disposition"]:
        parts.append(names("dispositions")[row["disposition"]])
    return " · ".join(parts)


def _times(known: PublishedData, span: Span) -> None:
    st.markdown(f"**{t('incidents.times')}**")
    rows = known.ask("incidents_times", since=span.since, until=span.until).rows
    if rows.is_empty():
        st.caption(t("incidents.no_times"))
        return
    called = names("rules")
    written = [_quantiles(rows, kind) for kind in ("page", "acknowledge", "resolve")]
    shown = rows.select(pl.col("rule").replace(called), "incidents", "due", "acknowledged", "resolved", *written)
    st.dataframe(shown, hide_index=True, placeholder="–", key="incident_times", height="content", column_config={
        "rule": tables.text(t("incidents.rule")),
        "incidents": tables.count(t("incidents.title")),
        "due": tables.count(t("incidents.due"), t("incidents.due_help")),
        "acknowledged": tables.count(names("incident_states")["acknowledged"]),
        "resolved": tables.count(names("incident_states")["resolved"]),
        "page": tables.text(t("incidents.to_page"), t("incidents.to_page_help")),
        "acknowledge": tables.text(t("incidents.to_acknowledge"), t("incidents.to_acknowledge_help")),
        "resolve": tables.text(t("incidents.to_resolve"), t("incidents.to_resolve_help")),
    })  # fmt: skip
    st.caption(t("incidents.times_note"))


def _quantiles(rows: pl.DataFrame, kind: str) -> pl.Series:
    """Median and 90th percentile of one response time, in words."""
    both = rows.select(f"{kind}_p50", f"{kind}_p90").iter_rows()
    return pl.Series(kind, [f"{naming.seconds(a)} / {naming.seconds(b)}" for a, b in both], dtype=pl.String)


def _precision(known: PublishedData, span: Span) -> None:
    st.markdown(f"**{t('incidents.precision')}**")
    rows = known.ask("incidents_precision", since=span.since, until=span.until).rows
    if rows.is_empty():
        st.caption(t("incidents.no_precision"))
        return
    interval = [
        "–"
        if row["value"] is None
        else f"{words.percent(row['value'], 0)} ({words.percent(row['low'], 0)}–{words.percent(row['high'], 0)})"
        for row in figures.rows("incidents_precision", rows)
    ]
    kept = names("dispositions")
    shown = rows.select(
        pl.col("rule").replace(names("rules")),
        "useful",
        "noise",
        "duplicate",
        "expected",
        pl.Series("precision", interval, dtype=pl.String),
    )
    st.dataframe(shown, hide_index=True, key="incident_precision", height="content", column_config={
        "rule": tables.text(t("incidents.rule")),
        **{name: tables.count(kept[name]) for name in kept},
        "precision": tables.text(t("incidents.precision_column")),
    })  # fmt: skip
    st.caption(t("incidents.precision_note"))


def _silences(known: PublishedData, now: datetime) -> None:
    rows = known.ask("incidents_silences", at=now.replace(second=0, microsecond=0)).rows
    if rows.is_empty():
        st.caption(t("incidents.no_silences"))
        return
    shown = rows.select(
        pl.Series("what", [_matched(m) for m in rows["matchers"]], dtype=pl.String),
        "expires_at",
        "actor",
        "reason",
        "starts_at",
    )
    st.dataframe(zones.frame(shown), hide_index=True, key="silence_table", height="content", column_config={
        "what": tables.text(t("incidents.silenced")),
        "expires_at": tables.at("incidents.expires"),
        "actor": tables.text(t("incidents.by")),
        "reason": tables.text(t("incidents.reason")),
        "starts_at": tables.at("incidents.starts"),
    })  # fmt: skip


def _matched(matchers: str) -> str:
    try:
        given = json.loads(matchers)
    except ValueError:
        return matchers
    fields = names("silence_fields")
    pairs = given.items() if isinstance(given, dict) else []
    return ", ".join(
        f"{fields.get(key, key)}: {', '.join(map(str, value)) if isinstance(value, list) else value}"
        for key, value in pairs
    )
