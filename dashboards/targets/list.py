"""People asked about: who may need help now, and how the burden is spread. Pseudonyms, by urgency, never a ranking."""

from typing import Any

import polars as pl
import streamlit as st

from dashboards import data, figures, states, tiles, words, zones
from dashboards.controls import ChosenPeriod
from dashboards.data import PublishedData, QueryRows
from dashboards.ranges import Span
from dashboards.shared import left_out, links, tables
from dashboards.targets import lookup
from dashboards.texts import names, t

MOST = 200
"""More than a person can look after, and fewer than would make a list of people to go through."""


def draw(period: ChosenPeriod, request_class: str | None, only: str | None, found: PublishedData) -> None:
    """Everything below the controls."""
    now = data.now()
    span = period.span(found, now)
    with st.container():
        states.stale(found, now)
        states.notes(span, found, request_class)
        left_out.notice(found, span)
    st.caption(t("targets.purpose"))
    totals = found.ask_large("targets_totals", since=span.since, until=span.until, request_class=request_class)
    _totals(totals, request_class, span, known_before=_known_before(found, span))
    _spread(totals)
    at = min(found.newest_at or span.until, span.until)
    answer = found.ask_large(
        "targets_list",
        since=span.since,
        until=span.until,
        at=at,
        history=not found.live,
        request_class=request_class,
        only=only,
        top=MOST,
    )
    _table(answer, found, span)
    with st.expander(t("targets.lookup"), icon=":material/person_search:", key="lookup"):
        lookup.form(found)


def _totals(answer: QueryRows, request_class: str | None, span: Span, *, known_before: bool) -> None:
    """known_before: whether the data reach back beyond the period, so that somebody can be new."""
    row = answer.row()
    what = words.of_class(request_class)
    shown = (
        ("all", row["targets"], t("targets.all_note", n=row["requests"])),
        ("first", row["first_time"] if known_before else None,
         t("targets.first_note", share=_share(row["first_time"], row["targets"])) if known_before else t("targets.first_of_data")),
        ("repeated", row["repeated"], t("targets.repeated_note")),
        ("answered", row["answered"], t("targets.answered_note", share=_share(row["answered"], row["targets"]))),
    )  # fmt: skip
    for place, (key, value, note) in zip(st.columns(4, gap="small"), shown, strict=True):
        with place, st.container(border=True, height="stretch", gap="small", vertical_alignment="distribute"):
            with st.container(gap="small"):
                st.metric(t(f"targets.{key}_tile"), "–" if value is None else words.number(value))
                st.caption(note)
            with st.popover(t("tiles.about"), icon=":material/info:", type="tertiary", key=f"about_targets_{key}"):
                basis = t("targets.basis", what=what, period=words.period(span.since, span.until))
                tiles.about(answer, t(f"targets.{key}_tile"), t(f"targets.{key}_definition"), basis)


def _known_before(found: PublishedData, span: Span) -> bool:
    """Whether the data reach back beyond the period; only then can somebody be new in it."""
    return (found.first_at or span.since) < span.since


def _share(part: int, whole: int) -> str:
    return words.percent(figures.derived(part / whole, "share", part) if whole else None, 0)


def _spread(answer: QueryRows) -> None:
    row = answer.row()
    if row["median_requests"] is None:
        st.caption(t("targets.no_spread"))
        return
    given = {key: words.decimal(row[key], 0) for key in row if key.startswith(("median", "p90"))}
    st.caption(t("targets.spread", **given))


def _table(answer: QueryRows, found: PublishedData, span: Span) -> None:
    rows = answer.rows
    if rows.is_empty():
        st.info(t("targets.none"), icon=":material/shield_person:")
        states.instead(found, span, "targets")
        return
    called, first = names("risks"), pl.col("is_first") & _known_before(found, span)
    shown = rows.select(
        "target_id",
        pl.Series("name", [links.person(i) for i in rows["target_id"]], dtype=pl.String),
        pl.Series("risk", [risk(row, called) for row in rows.iter_rows(named=True)], dtype=pl.String),
        "last_hour", "requests", "accounts", "attacks", "fulfilled", "last_at",
        pl.when(first).then(pl.lit(names("yes_no")["yes"])).otherwise(pl.lit("–")).alias("is_first"),
    )  # fmt: skip
    links.open_from(zones.frame(shown), "targets", "target", "target_id", height=tables.height(shown.height, 620), alt=t("targets.title"),
        column_config={
            "name": tables.text(t("surges.target")),
            "risk": st.column_config.TextColumn(t("targets.risk"), help=t("targets.risk_help"), width=260),
            "last_hour": tables.count(t("targets.last_hour")),
            "requests": tables.count(t("charts.requests")),
            "accounts": tables.count(t("coordination.accounts")),
            "attacks": tables.count(t("targets.attacks"), t("targets.attacks_help")),
            "fulfilled": tables.count(t("surges.fulfilled")),
            "last_at": tables.at("surges.last"),
            "is_first": tables.text(t("targets.is_first")),
        })  # fmt: skip
    left_out = answer.derived(int(rows["found"][0]) - rows.height, "left_out")
    st.caption(t("targets.order") if not left_out else f"{t('targets.order')} {t('targets.left_out', n=left_out)}")


def risk(row: dict[str, Any], called: dict[str, str]) -> str:
    """What bears on a person's risk, most urgent first; a dash where nothing was found."""
    found = [
        (row["incident_open"], "incident_open"),
        (row["surge_open"], "surge_open"),
        (not row["surge_open"] and row["surges"] > 0, "surge_over"),
        (row["clusters"] > 0, "cluster"),
        (row["insistent"] > 0, "insistent"),
    ]
    return ", ".join(called[key] for holds, key in found if holds) or "–"
