"""Flags of suspected minors: for the people trained for it, and only from the API, for they are never published.

They see a target's short name and a count, never a prompt. To others such an incident does not exist.
"""

from typing import Any

import streamlit as st

from dashboards import access, commands, words
from dashboards.incidents import actions as incident_actions
from dashboards.incidents import words as incident_words
from dashboards.shared import links
from dashboards.texts import names, t
from veille import config


def may() -> bool:
    """Whether the person of this run is one of them."""
    person, rotas = access.person(), config.load().incidents.rotas
    people = rotas["minors"].people if "minors" in rotas else ()
    return person.may("steward") or person.name in people


def queue(state: str | None) -> None:
    """Incidents of the rota minors, as the API gives them to this person."""
    st.caption(t("incidents.minors_note"))
    asked = None if state in (None, "unresolved") else state
    found = commands.get("/v1/incidents", rota="minors", state=asked)
    if found is None:
        return
    rows = [row for row in _rows(found) if state != "unresolved" or row["state"] != "resolved"]
    if not rows:
        st.info(t("incidents.none"), icon=":material/notifications:")
    for row in rows:
        with st.container(border=True, gap="small"):
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                incident_words.badges(row)
                links.link("incidents", row["incident_id"], _title(row))
            st.caption(t("incidents.flags", n=row["requests"], incident=links.incident(row["incident_id"])))


def one(incident_id: str) -> None:
    """An incident that is not published: one of these, or none at all."""
    row = commands.get(f"/v1/incidents/{incident_id}") if may() else None
    row = row.get("incident", row) if isinstance(row, dict) else None
    if not row:
        st.info(t("incidents.unknown", incident=links.incident(incident_id)), icon=":material/help:")
        return
    with st.container(horizontal=True, gap="small"):
        incident_words.badges(row)
        st.badge(names("rotas")[row["rota"]], icon=":material/group:", color="gray")
    st.subheader(_title(row), anchor=False)
    st.caption(t("incidents.flags", n=row["requests"], incident=links.incident(incident_id)))
    st.caption(t("incidents.minors_note"))
    incident_actions.draw(row)
    if row["subject_kind"] == "target":
        links.link("target", row["subject"], links.person(row["subject"]))


def _rows(found: Any) -> list[dict[str, Any]]:
    rows = found.get("incidents", []) if isinstance(found, dict) else found
    return [row for row in rows if row.get("rota") == "minors"]


def _title(row: dict[str, Any]) -> str:
    about = links.person(row["subject"]) if row["subject_kind"] == "target" else ""
    return t("people.about", name=names("rules").get(row["rule"], words.escape_markdown(row["rule"])), value=about)
