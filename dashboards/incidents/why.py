"""Why an incident fired: each of its findings in a sentence of the page's language, with a link to the finding itself."""

from datetime import datetime
from typing import Any

import polars as pl
import streamlit as st

from dashboards import figures, reasons, words
from dashboards.data import PublishedData
from dashboards.shared import links, naming
from dashboards.shared.explanation import loaded
from dashboards.texts import names, t

_PAGES = {"surge": "surges", "drop": "surges", "cluster": "coordination"}
_FIRST, _MOST = 6, 60
"""Findings that stand open, and those that are shown at all."""


def draw(incident_id: str, told: dict[str, Any], opened_at: datetime, known: PublishedData) -> None:
    """The findings with most requests, the others behind a click. told: the incident's evidence, for faults, which link no finding."""
    rows = known.ask("incidents_findings", incident_id=incident_id).rows
    if rows.is_empty() and told.get("why"):
        st.markdown(words.escape_markdown(reasons.kept(told["why"], opened_at)))
    for row in figures.rows("incidents_findings", rows.head(_FIRST)):
        _one(row)
    if rows.height > _FIRST:
        _others(rows.slice(_FIRST))


def _others(rows: pl.DataFrame) -> None:
    with st.expander(
        t("incidents.other_findings", n=figures.named(rows.height, "other_findings")),
        icon=":material/list:",
        key="other_findings",
    ):
        for row in figures.rows("incidents_findings", rows.head(_MOST)):
            _one(row)
        if rows.height > _MOST:
            st.caption(t("incidents.more_findings", n=figures.named(rows.height - _MOST, "left_out")))


def _one(row: dict[str, Any]) -> None:
    kind, facts = row["finding_kind"], figures.marked(loaded(row["facts"]), "finding_facts", {})
    called = names("finding_kinds").get(kind, words.escape_markdown(kind))
    series = facts.get("series")
    whom = links.person(row["target_id"]) if row["target_id"] else naming.series_text(str(series)) if series else None
    about = words.escape_markdown(t("people.about", name=called, value=whom) if whom else called)
    st.markdown(f"**{about}** · {words.escape_markdown(sentence(row, facts))}")
    page = _PAGES.get(kind)
    if page:
        name = links.cluster(row["finding_id"]) if kind == "cluster" else links.surge(row["finding_id"])
        links.link(page, row["finding_id"], t("people.open", name=name))


def sentence(row: dict[str, Any], facts: dict[str, Any]) -> str:
    """What the detector found, from its figures; the stored reason where a figure is missing. row: of `incidents_findings`.

    No Markdown yet: what the service wrote may hold anything.
    """
    try:
        return _SENTENCES[row["finding_kind"]](row, facts)
    except (KeyError, TypeError, ValueError):
        return reasons.kept(facts.get("why"), row["linked_at"])


def _surge(row: dict[str, Any], facts: dict[str, Any]) -> str:
    usual = naming.expected(facts["expected"])
    if not row["accounts"]:
        return t("incidents.why_drop", n=_count(row, "requests"), expected=usual, q=naming.chance(facts["q_value"]))
    return t(
        "incidents.why_surge",
        n=_count(row, "requests"),
        accounts=_count(row, "accounts"),
        expected=usual,
        times=naming.times(_count(row, "requests"), facts["expected"]),
        q=naming.chance(facts["q_value"]),
    )


def _burst(row: dict[str, Any], facts: dict[str, Any]) -> str:
    return t(
        "incidents.why_burst",
        n=_count(row, "requests"),
        accounts=_count(row, "accounts"),
        minutes=figures.derived(facts["window_seconds"] // 60, "minutes", facts["window_seconds"]),
        before=_count(facts, "history_requests"),
    )


def _cluster(row: dict[str, Any], facts: dict[str, Any]) -> str:
    group = figures.marked(facts["cluster"], "finding_cluster", {})
    return t(
        "incidents.why_cluster",
        accounts=_count(group, "accounts"),
        targets=_count(group, "targets"),
        n=_count(row, "requests"),
        p=naming.chance(facts["p_value"]),
    )


def _meeting(row: dict[str, Any], facts: dict[str, Any]) -> str:
    group = figures.marked(facts["cluster"], "finding_cluster", {})
    return t(
        "incidents.why_meeting",
        n=_count(row, "requests"),
        accounts=_count(row, "accounts"),
        size=_count(group, "accounts"),
        minutes=figures.derived(facts["window_seconds"] // 60, "minutes", facts["window_seconds"]),
    )


def _insistent(row: dict[str, Any], facts: dict[str, Any]) -> str:
    account, fulfilled = links.account(facts["account"]), _count(row, "fulfilled")
    n, others = _count(row, "requests"), _count(row, "other_targets")
    if not fulfilled:  # that none was says nothing: the answers may not be collected
        return t("incidents.why_asked", account=account, n=n, others=others)
    return t("incidents.why_insistent", account=account, n=n, fulfilled=fulfilled, others=others)


def _count(row: dict[str, Any], name: str) -> int:
    """A count of the row; TypeError where it is missing."""
    count = row[name]
    if not isinstance(count, int):
        raise TypeError(name)
    return count


_SENTENCES = {
    "surge": _surge,
    "drop": _surge,
    "burst": _burst,
    "cluster": _cluster,
    "meeting": _meeting,
    "insistent": _insistent,
}
