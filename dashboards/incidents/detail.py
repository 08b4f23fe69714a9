"""One incident: what happened, what to do, the evidence beside it, and everything that was done."""

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import streamlit as st

from dashboards import data, figures, ranges, reasons, theme, words, zones
from dashboards.axes import Canvas
from dashboards.data import PublishedData
from dashboards.incidents import actions as incident_actions
from dashboards.incidents import braked, minors, runbook
from dashboards.incidents import why as incident_why
from dashboards.incidents import words as incident_words
from dashboards.shared import links, naming
from dashboards.shared.explanation import loaded
from dashboards.shared.findings import of_findings
from dashboards.surges import band
from dashboards.surges import charts as surge_charts
from dashboards.texts import names, t

_MOST_TARGETS = 30


def draw(incident_id: str, found: PublishedData) -> None:
    """The whole page of one incident, from one state of the catalogue."""
    known = of_findings(found)
    links.back("incident", t("incidents.back"))
    answer = known.ask("incidents_one", incident_id=incident_id)
    rows = answer.rows
    if rows.is_empty():
        minors.one(incident_id)
        return
    one = incident_actions.newest(answer.row())
    _head(one)
    incident_actions.draw(one)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _evidence(one, known, found)
    with right:
        _timeline(one, known)
        _times(one)


def _head(one: dict[str, Any]) -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        incident_words.badges(one)
        st.badge(names("rotas")[one["rota"]], icon=":material/group:", color="gray")
        if one["disposition"]:
            st.badge(names("dispositions")[one["disposition"]], icon=":material/gavel:", color="violet")
    st.subheader(incident_words.title(one), anchor=False)
    parts = [
        links.incident(one["incident_id"]),
        t("incidents.onset", at=one["onset_at"]),
        t("incidents.opened_at", at=one["opened_at"]),
    ]
    if one["requests"]:
        parts.append(incident_words.size(one))
    parts.append(
        t("incidents.taken_by", name=words.escape_markdown(one["owner"])) if one["owner"] else t("incidents.nobody")
    )
    st.caption(f"{' · '.join(parts)} · {zones.label(one['opened_at'])}")
    if one["parent_id"]:
        links.link("incidents", one["parent_id"], t("incidents.parent", incident=links.incident(one["parent_id"])))
    if one["merged_into"]:
        links.link("incidents", one["merged_into"], t("incidents.merged", incident=links.incident(one["merged_into"])))


def _evidence(one: dict[str, Any], known: PublishedData, found: PublishedData) -> None:
    st.header(t("incidents.evidence"), anchor=False)
    told = loaded(one["evidence"])
    incident_why.draw(one["incident_id"], told, one["opened_at"], known)
    if one["rule"] == incident_words.BRAKE:
        braked.draw(one["incident_id"], known)
    if told.get("first_time_target"):
        before = figures.named(int(told.get("history_requests") or 0), "history_requests", "finding_facts")
        st.markdown(f":material/new_releases: {t('incidents.first_time', n=before)}")
    if one["kind"] == "attack":
        _points(one, told, found)
    _targets(one["incident_id"], known)
    runbook.draw(one["rule"], one["rota"])
    st.caption(t("incidents.policy", policy=words.escape_markdown(one["policy"])))


def _points(one: dict[str, Any], told: dict[str, Any], found: PublishedData) -> None:
    """Requests about its targets from before the onset to its end."""
    ended: datetime = max(one["last_at"], one["opened_at"])
    since, until, step = band.window(one["onset_at"], one["onset_at"], ended)
    until = max(
        min(until, band.floor(found.newest_at or until, step) + timedelta(seconds=step)),
        since + timedelta(seconds=step),
    )
    answer = found.ask_large(
        "incidents_points", incident_id=one["incident_id"], since=since, until=until, step_seconds=step
    )
    seen = answer.rows
    expected = float(told.get("expected") or 0)
    length = timedelta(seconds=int(told.get("window_seconds") or 3600))
    usual = band.Usual(
        since=one["onset_at"],
        until=one["onset_at"] + length,
        expected=expected,
        low=float(told.get("low") or 0),
        high=float(told.get("high") or expected),
    )
    counted = pl.col("at") >= band.floor(one["onset_at"], step)
    steps = band.steps(seen.drop("targets"), usual, since, until, step).with_columns(inside=counted)
    span = ranges.Span(
        before=since - (until - since),
        since=since,
        until=until,
        step_seconds=step,
        anchored=False,
        coarsened=False,
        live=False,
        origin=since,
    )
    canvas = Canvas(span, theme.look(st.context.theme.type), data.now(), zones.name())
    marks = {t("incidents.mark_onset"): one["onset_at"], t("incidents.mark_opened"): one["opened_at"],
             t("incidents.mark_acknowledged"): one["acknowledged_at"], t("incidents.mark_resolved"): one["resolved_at"]}  # fmt: skip
    chart = surge_charts.held_against(steps, canvas, marks, height=220)
    st.altair_chart(
        chart,
        theme=None,
        width="stretch",
        key="incident_points",
        alt=t("incidents.points_alt", n=answer.total("events")),
    )
    st.caption(t("incidents.points_note", step=naming.seconds(step), zone=zones.label(until)))


def _targets(incident_id: str, known: PublishedData) -> None:
    rows = known.ask("incidents_targets", incident_id=incident_id, top=_MOST_TARGETS).rows
    if rows.is_empty():
        return
    st.markdown(f"**{t('incidents.targets')}**")
    with st.container(horizontal=True, gap="small"):
        for target in rows["target_id"]:
            links.link("target", target, links.person(target))
    left_out = figures.named(int(rows["found"][0]) - rows.height, "left_out")
    if left_out:
        st.caption(t("surges.left_out", n=left_out))


def _timeline(one: dict[str, Any], known: PublishedData) -> None:
    st.header(t("incidents.timeline"), anchor=False)
    rows = known.ask("incidents_events", incident_id=one["incident_id"]).rows
    for row, times, until in folded(rows.sort("number", descending=True)):
        st.markdown(_event(row, times, until))
    st.caption(naming.zoned("incidents.timeline_note"))


def folded(rows: pl.DataFrame) -> list[tuple[dict[str, Any], int, datetime]]:
    """Events newest first; growth upon growth is one line: the newest, how many, and when the oldest was."""
    lines: list[tuple[dict[str, Any], int, datetime]] = []
    for row in rows.iter_rows(named=True):
        if lines and row["event"] == "grown" == lines[-1][0]["event"]:
            newest, times, _ = lines[-1]
            lines[-1] = (newest, times + 1, row["happened_at"])
        else:
            lines.append((row, 1, row["happened_at"]))
    return lines


def _event(row: dict[str, Any], times: int, began: datetime) -> str:
    called = names("incident_events").get(row["event"], words.escape_markdown(row["event"]))
    when = words.minute(row["happened_at"])
    if times > 1:
        return f"{when} · **{t('incidents.grown_often', n=figures.named(times, 'times_grown'))}**  \n{t('incidents.grown_since', at=began)}"
    more = _more(row["event"], loaded(row["detail"]))
    if row["actor"] != "veille":
        who, reason = f" · {words.escape_markdown(row['actor'])}", reasons.told(row["reason"])
    else:
        who, reason = "", names("rules").get(row["reason"]) or reasons.kept(row["reason"], row["happened_at"])
    return f"{when} · **{called}**{more}{who}" + (f"  \n{words.escape_markdown(reason)}" if reason else "")


def _more(event: str, detail: dict[str, Any]) -> str:
    """What an event's own fields add: to whom, with which judgement."""
    changes = detail.get("changes") if isinstance(detail.get("changes"), dict) else detail
    value = (changes or {}).get({"assigned": "owner", "resolved": "disposition", "severity": "severity"}.get(event, ""))
    if not value:
        return ""
    known = {**names("dispositions"), **names("severities")}
    return f" ({known.get(str(value), words.escape_markdown(str(value)))})"


def _times(one: dict[str, Any]) -> None:
    st.markdown(f"**{t('incidents.response')}**")

    def between(start: datetime | None, end: datetime | None) -> str:
        return "–" if start is None or end is None else words.ago(end - start)

    facts = (
        ("to_page", between(one["onset_at"], one["due_at"])),
        ("to_acknowledge", between(one["due_at"] or one["opened_at"], one["acknowledged_at"])),
        ("to_resolve", between(one["opened_at"], one["resolved_at"])),
        ("pages", words.number(one["pages"])),
    )
    st.markdown(
        "\n".join(f"- {t('people.about', name=t(f'incidents.{key}'), value=f'**{value}**')}" for key, value in facts)
    )
