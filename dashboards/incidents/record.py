"""The post-incident record to take away: the service makes it from its log, in the name of who asks."""

from typing import Any

import streamlit as st

from dashboards import commands
from dashboards.shared import links
from dashboards.texts import language, t

_FORMS = (
    ("markdown", "record.md", "md", "text/markdown"),
    ("json", "record", "json", "application/json"),
)


def offer(one: dict[str, Any]) -> None:
    """A panel with one button a form. Nothing is asked of the service before the click. one: with incident_id."""
    identity = one["incident_id"]
    with st.popover(t("incidents.record"), icon=":material/description:", key=f"record_{identity}"):
        st.caption(t("incidents.record_help"))
        for form, path, ending, kind in _FORMS:
            read = commands.reader(f"/v1/incidents/{identity}/{path}?language={language()}")
            if read is None:
                st.caption(t("incidents.record_down"))
                return
            st.download_button(
                t(f"incidents.record_{form}"),
                read,
                f"{links.incident(identity)}.{ending}",
                kind,
                key=f"record_{form}_{identity}",
                icon=":material/download:",
                on_click="ignore",
            )
