"""One person: what happens to her now, what was asked and obtained, who acts, and what was taken down. Each look is recorded."""

from typing import Any

import polars as pl
import streamlit as st

from dashboards import access, data, figures, states, words, zones
from dashboards.controls import ChosenPeriod
from dashboards.data import PublishedData
from dashboards.ranges import Span
from dashboards.shared import links, naming, prompts, tables, timeline
from dashboards.shared.findings import of_findings
from dashboards.surges import detail as surge_detail
from dashboards.surges import list as surge_list
from dashboards.texts import names, t

_MOST = 100


def draw(target_id: str, period: ChosenPeriod, found: PublishedData) -> None:
    """The whole page of one person, from one state of the catalogue; nothing of it where the look cannot be recorded."""
    name = links.person(target_id)
    if not access.look("target.read", name):
        access.not_recorded()
        return
    now = data.now()
    span = period.span(found, now)
    with st.container():
        states.stale(found, now)
        states.notes(span, found)
    known = of_findings(found)
    at = min(found.newest_at or span.until, span.until)
    one = found.ask_large("targets_one", target_id=target_id, since=span.since, until=span.until, at=at).row()
    st.subheader(name, anchor=False)
    if one["asks"]:
        links.link("account", target_id, t("target.also_account", n=one["asks"]))
    if one["first_at"] is None:
        st.info(t("target.unknown", target=name), icon=":material/help:")
        return
    surges = known.ask("targets_surges", target_id=target_id).rows
    clusters = known.ask("targets_clusters", target_id=target_id).rows
    _now(one, surges, clusters, span)
    if not one["requests"] and one["last_at"] is not None and one["last_at"] < span.since:
        st.info(t("target.quiet", at=words.moment(one["last_at"])), icon=":material/date_range:")
    _tiles(one, target_id, span, found)
    asked = found.ask_large("person_timeline", target_id=target_id, account_id=None, **span.steps)
    timeline.by_answer(asked, span, found, key="target_timeline", alt="target.timeline_alt")
    left, right = st.columns(2, gap="large")
    with left:
        _askers(target_id, span, found)
        _insistent(target_id, span, known)
        prompts.latest("target", target_id, name, span, found, _prompt_use)
    with right:
        _incidents(target_id, known)
        _surges(surges)
        _clusters(clusters)


def _now(one: dict[str, Any], surges: pl.DataFrame, clusters: pl.DataFrame, span: Span) -> None:
    """Risk now, in a line of plain reasons."""
    begun = pl.col("last_at") >= span.since
    active = clusters.filter(begun & (pl.col("tier") == "validated"))
    reasons = []
    if surges.filter(pl.col("closed_at").is_null()).height:
        reasons.append(t("target.surge_open"))
    if active.height:
        reasons.append(t("target.clusters_active", n=figures.named(active.height, "clusters_active")))
    if one["first_at"] >= span.since:
        reasons.append(t("target.first_time", at=one["first_at"]))
    told = t("target.last_hours", hour=one["last_hour"], day=one["last_day"])
    if reasons:
        st.warning(f"**{t('target.risk_now')}** {' '.join(reasons)} {told}", icon=":material/shield:")
    else:
        st.success(f"**{t('target.calm')}** {told}", icon=":material/shield:")


def _tiles(one: dict[str, Any], target_id: str, span: Span, found: PublishedData) -> None:
    became = found.ask_large(
        "person_outcomes", target_id=target_id, account_id=None, since=span.since, until=span.until
    ).row()
    up = t("target.removed_note", reported=became["validated"], up=became["still_up"])
    hours = became["median_removal_hours"]
    removal = (
        t("target.no_removal_time") if hours is None else t("target.removal_time", time=naming.seconds(3600 * hours))
    )
    shown = (
        ("requests", words.number(one["requests"]), t("target.requests_note", n=one["accounts"], self=one["self_requests"])),
        ("attacks", words.number(one["attacks"]), t("target.attacks_note", n=one["hours"])),
        ("answers", words.number(became["fulfilled"]), t("target.answers_note", partial=became["partial"], refused=became["refused"],
                                                         unknown=became["unknown"], unanswered=became["unanswered"])),
        ("removed", words.number(became["removed"]), f"{up} {removal}"),
    )  # fmt: skip
    for place, (key, value, note) in zip(st.columns(4, gap="small"), shown, strict=True):
        with place, st.container(border=True, height="stretch", gap="small"):
            st.metric(t(f"target.{key}"), value, help=t(f"target.{key}_help"))
            st.caption(note)


def _askers(target_id: str, span: Span, found: PublishedData) -> None:
    st.header(t("target.askers"), anchor=False)
    answer = found.ask_large("targets_askers", target_id=target_id, since=span.since, until=span.until, top=_MOST)
    rows = answer.rows
    if rows.is_empty():
        st.caption(t("now.none"))
        return
    shown = rows.select(
        "account_id", pl.Series("account", [links.account(i) for i in rows["account_id"]], dtype=pl.String), "requests", "other_targets",
        pl.Series("cluster", [links.cluster(c) if c else None for c in rows["cluster_id"]], dtype=pl.String), "last_at", "first_at",
    )  # fmt: skip
    high = tables.height(shown.height, 320)
    links.open_from(zones.frame(shown), "askers", "account", "account_id", height=high, alt=t("target.askers"), column_config={
        "account": tables.text(t("surges.account")),
        "requests": tables.count(t("charts.requests")),
        "other_targets": tables.count(t("surges.other_targets")),
        "cluster": tables.text(t("coordination.cluster")),
        "first_at": tables.at("surges.first"),
        "last_at": tables.at("surges.last"),
    })  # fmt: skip
    tables.left_out(answer)


def _insistent(target_id: str, span: Span, known: PublishedData) -> None:
    rows = known.ask(
        "surges_insistent", since=span.since, until=span.until, target_id=target_id, account_id=None, top=_MOST
    ).rows
    if rows.height:
        st.header(t("surges.insistent"), anchor=False)
        surge_list.insistent_table(rows, key="target_insistent")


def _prompt_use(row: dict[str, Any]) -> str:
    return t("coordination.prompt_use", accounts=row["accounts"], mentions=row["requests"])


def _incidents(target_id: str, known: PublishedData) -> None:
    st.header(t("incidents.title"), anchor=False)
    rows = known.ask("incidents_of_target", target_id=target_id).rows
    surge_detail.incident_links(rows.head(20))
    if rows.is_empty():
        st.caption(t("target.no_incident"))


def _surges(rows: pl.DataFrame) -> None:
    st.header(t("surges.title"), anchor=False)
    if rows.is_empty():
        st.caption(t("target.no_surge"))
    for row in figures.rows("targets_surges", rows.head(20)):
        state = t("surges.open") if row["closed_at"] is None else t("surges.over")
        size = t("incidents.size", requests=row["observed"], n=row["accounts"])
        links.link("surges", row["surge_id"], f"{words.minute(row['opened_at'])} · {size} · {state}")


def _clusters(rows: pl.DataFrame) -> None:
    st.header(t("coordination.title"), anchor=False)
    if rows.is_empty():
        st.caption(t("target.no_cluster"))
    tiers, verdicts = names("tiers"), names("verdicts")
    for row in figures.rows("targets_clusters", rows.head(20)):
        said = f" · {verdicts[row['verdict']]}" if row["verdict"] != "open" else ""
        share = t(
            "target.cluster_share",
            n=row["accounts"],
            all=row["members"],
            mentions=row["mentions"],
            burden=row["burden"],
        )
        links.link(
            "coordination",
            row["cluster_id"],
            f"{links.cluster(row['cluster_id'])} · {tiers[row['tier']]}{said} · {share}",
        )
