"""How incidents are called and coloured, the same in the queue and on an incident's own page."""

from typing import Any

import streamlit as st

from dashboards import figures, reasons, words
from dashboards.shared import links, naming
from dashboards.texts import names, t
from veille.reasons import reason_of

BRAKE = "page-brake"
"""The rule of an incident that stands for many others."""

_COLOURS = {"critical": "red", "error": "orange", "warning": "yellow", "info": "gray"}
_ICONS = {"critical": "e911_emergency", "error": "error", "warning": "warning", "info": "info"}
EVERYTHING = "everything"
_LINKS = {"target": links.person, "account": links.account, "cluster": links.cluster}
_STATES = {"open": "orange", "acknowledged": "blue", "resolved": "green"}


def colour(severity: str) -> Any:
    return _COLOURS.get(severity, "gray")


def icon(severity: str) -> str:
    return f":material/{_ICONS.get(severity, 'info')}:"


def badges(row: dict[str, Any]) -> None:
    """Severity, state, and whether pages are held back. row: severity, state, suppressed_by."""
    st.badge(names("severities").get(row["severity"], ""), icon=icon(row["severity"]), color=colour(row["severity"]))
    st.badge(names("incident_states")[row["state"]], color=_STATES[row["state"]])  # type: ignore[arg-type]
    if row["suppressed_by"]:
        kind = str(row["suppressed_by"]).partition(":")[0]
        st.badge(names("suppressions").get(kind, kind), icon=":material/notifications_off:", color="gray")


def title(row: dict[str, Any]) -> str:
    """What happened and to whom, as Markdown-safe text. row: rule, subject_kind, subject, targets, title."""
    rule = names("rules").get(row["rule"])
    if rule is None or row["rule"] == BRAKE:  # whose title says how many incidents it stands for
        return words.escape_markdown(reasons.told(row["title"]))
    about = subject(row)
    return t("people.about", name=rule, value=about) if about else rule


def subject(row: dict[str, Any]) -> str:
    """Whom or what it is about, as Markdown-safe text. row: targets, subject_kind, subject, title."""
    if row["targets"] > 1:
        return t("incidents.many_targets", n=row["targets"])
    kind, name = row["subject_kind"], str(row["subject"])
    if kind in _LINKS:
        return _LINKS[kind](name)
    if kind != "series" or name == EVERYTHING:  # which the name of its rule says already
        return ""
    series = _series(row["title"])
    if series == 1:
        return words.escape_markdown(naming.series_text(name)[:80])
    return t("incidents.many_series", n=figures.named(series, "series", "incident_title"))


def _series(title: object) -> int:
    """How many series a stored title is about."""
    found = reason_of(title)
    about = reason_of(found.facts.get("what", found.as_dict())) if found else None
    return int(str(about.facts["series"])) if about and about.code == "title.several" else 1


def size(row: dict[str, Any]) -> str:
    """How many requests by how many accounts, each counted once. row: requests, accounts."""
    return t("incidents.size", requests=row["requests"], n=row["accounts"])
