"""One account: what it asked and obtained, about whom, who else asked about the same people, and its clusters. Each look is recorded."""

from typing import Any

import polars as pl
import streamlit as st

from dashboards import access, data, figures, states, words, zones
from dashboards.controls import ChosenPeriod
from dashboards.data import PublishedData, QueryRows
from dashboards.ranges import Span
from dashboards.shared import links, prompts, tables, timeline
from dashboards.shared.findings import of_findings
from dashboards.surges import list as surge_list
from dashboards.texts import names, t

_MOST = 100


def draw(account_id: str, period: ChosenPeriod, found: PublishedData) -> None:
    """The whole page of one account, from one state of the catalogue; nothing of it where the look cannot be recorded."""
    name = links.account(account_id)
    if not access.look("account.read", name):
        access.not_recorded()
        return
    now = data.now()
    span = period.span(found, now)
    with st.container():
        states.stale(found, now)
        states.notes(span, found)
    between = {"account_id": account_id, "since": span.since, "until": span.until}
    one = found.ask_large("accounts_one", **between).row()
    st.subheader(name, anchor=False)
    if one["asked_about"]:
        links.link("target", account_id, t("account.also_target", n=one["asked_about"]))
    if one["first_at"] is None:
        st.info(t("account.unknown", account=name), icon=":material/help:")
        return
    st.caption(t("account.purpose"))
    if not one["requests"]:
        st.info(t("account.quiet", at=words.moment(one["last_at"])), icon=":material/date_range:")
    _tiles(one, found.ask_large("person_outcomes", **between, target_id=None).row())
    asked = found.ask_large("person_timeline", account_id=account_id, target_id=None, **span.steps)
    timeline.by_answer(asked, span, found, key="account_timeline", alt="account.timeline_alt")
    left, right = st.columns(2, gap="large")
    with left:
        _targets(found.ask_large("accounts_targets", **between, top=_MOST))
        _insistent(account_id, span, of_findings(found))
        prompts.latest("account", account_id, name, span, found, _prompt_use)
    with right:
        _partners(found.ask_large("accounts_partners", **between, top=_MOST))
        _clusters(of_findings(found).ask("accounts_clusters", account_id=account_id).rows)


def _tiles(one: dict[str, Any], became: dict[str, Any]) -> None:
    answers = {key: became[key] for key in ("partial", "refused", "unknown", "unanswered")}
    shown = (
        ("requests", one["requests"], t("account.requests_note", n=one["ever"], self=one["self_requests"])),
        ("targets", one["targets"], t("account.targets_note")),
        ("answers", became["fulfilled"], t("target.answers_note", **answers)),
    )
    for place, (key, value, note) in zip(st.columns(3, gap="small"), shown, strict=True):
        with place, st.container(border=True, height="stretch", gap="small"):
            st.metric(t(f"account.{key}"), words.number(value))
            st.caption(note)


def _targets(answer: QueryRows) -> None:
    st.header(t("account.whom"), anchor=False)
    rows = answer.rows
    if rows.is_empty():
        st.caption(t("now.none"))
        return
    shown = rows.select(
        "target_id",
        pl.Series("name", [links.person(i) for i in rows["target_id"]], dtype=pl.String),
        "requests", "accounts", "last_at", "first_at",
    )  # fmt: skip
    links.open_from(zones.frame(shown), "account_targets", "target", "target_id", height=tables.height(shown.height, 320),
        alt=t("account.whom"), column_config={
            "name": tables.text(t("surges.target")),
            "requests": tables.count(t("charts.requests")),
            "accounts": tables.count(t("account.askers"), t("account.askers_help")),
            "first_at": tables.at("surges.first"),
            "last_at": tables.at("surges.last"),
        })  # fmt: skip
    tables.left_out(answer)


def _insistent(account_id: str, span: Span, known: PublishedData) -> None:
    rows = known.ask(
        "surges_insistent", since=span.since, until=span.until, target_id=None, account_id=account_id, top=_MOST
    ).rows
    if rows.height:
        st.header(t("account.insistent"), anchor=False)
        surge_list.insistent_table(rows, key="account_insistent")


def _partners(answer: QueryRows) -> None:
    st.header(t("account.partners"), anchor=False)
    st.caption(t("account.partners_note"))
    rows = answer.rows
    if rows.is_empty():
        st.caption(t("account.no_partner"))
        return
    yes = names("yes_no")["yes"]
    shown = rows.select(
        "account_id",
        pl.Series("name", [links.account(i) for i in rows["account_id"]], dtype=pl.String),
        "targets", pl.when("supported").then(pl.lit(yes)).otherwise(pl.lit("–")).alias("supported"), "co_actions",
        pl.Series("cluster", [links.cluster(c) if c else None for c in rows["cluster_id"]], dtype=pl.String),
    )  # fmt: skip
    links.open_from(zones.frame(shown), "account_partners", "account", "account_id", height=tables.height(shown.height, 320),
        alt=t("account.partners"), column_config={
            "name": tables.text(t("surges.account")),
            "targets": tables.count(t("account.in_common"), t("account.in_common_help")),
            "supported": tables.text(t("account.supported"), t("account.supported_help")),
            "co_actions": tables.count(t("coordination.co_actions")),
            "cluster": tables.text(t("coordination.cluster")),
        })  # fmt: skip
    tables.left_out(answer)


def _clusters(rows: pl.DataFrame) -> None:
    st.header(t("coordination.title"), anchor=False)
    if rows.is_empty():
        st.caption(t("account.no_cluster"))
    tiers, roles = names("tiers"), names("cluster_roles")
    for row in figures.rows("accounts_clusters", rows.head(20)):
        parts = [links.cluster(row["cluster_id"]), tiers[row["tier"]], roles.get(row["role"], row["role"])]
        parts.append(t("account.member_since", at=row["since"], n=row["accounts"]))
        if row["until"] is not None:
            parts.append(t("account.member_until", at=row["until"]))
        links.link("coordination", row["cluster_id"], " · ".join(parts))


def _prompt_use(row: dict[str, Any]) -> str:
    return t("account.prompt_use", targets=row["targets"], mentions=row["requests"])
