"""The incidents that one page stands for, those in most danger first."""

import streamlit as st

from dashboards import figures
from dashboards.data import PublishedData
from dashboards.incidents import words as incident_words
from dashboards.shared import links
from dashboards.texts import t

_MOST = 100


def draw(incident_id: str, known: PublishedData) -> None:
    """Every incident that stands under this one and is not resolved; the caption says how many are beyond those shown."""
    rows = known.ask("incidents_together", incident_id=incident_id, top=_MOST).rows
    if rows.is_empty():
        st.info(t("incidents.braked_none"), icon=":material/check_circle:")
        return
    first = figures.named(int(rows["found"][0]), "found", "incidents_together")
    waiting = figures.named(int(rows["waiting"][0]), "waiting", "incidents_together")
    st.markdown(f"**{t('incidents.braked', n=first, waiting=waiting)}**")
    st.caption(t("incidents.braked_order"))
    for row in figures.rows("incidents_together", rows):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            incident_words.badges({**row, "suppressed_by": None})
            links.link("incidents", row["incident_id"], incident_words.title(row))
            st.caption(incident_words.size(row), width="content")
    left_out = figures.named(int(rows["found"][0]) - rows.height, "left_out")
    if left_out:
        st.caption(t("surges.left_out", n=left_out))
