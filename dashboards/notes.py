"""Notes that a person puts on the timeline: the form, and the list with what can be taken back."""

from datetime import datetime

import polars as pl
import streamlit as st

from dashboards import access, commands, data, words, zones
from dashboards.texts import t
from veille.access import Role

MAY: tuple[Role, ...] = ("analyst", "oncall", "researcher")
LONGEST = 500


def form() -> None:
    """A panel with the form, for who may write notes. Stands outside of what renews itself."""
    if not access.person().may(*MAY):
        return
    with (
        st.popover(t("now.add_note"), icon=":material/edit_note:", key="add_note"),
        st.form("note", border=False, clear_on_submit=False, enter_to_submit=False),
    ):
        now = zones.local(data.now().replace(second=0, microsecond=0))
        text = st.text_area(
            t("now.note_text"), key="note_text", max_chars=LONGEST, placeholder=t("now.note_placeholder"), height=90
        )
        at = st.datetime_input(t("now.note_at", zone=zones.label()), value=now, key="note_at")
        until = st.datetime_input(t("now.note_until", zone=zones.label()), value=None, key="note_until")
        if st.form_submit_button(t("now.note_save"), type="primary"):
            _save(text or "", at or now, until)


def listed(notes: pl.DataFrame) -> None:
    """The notes of a period. notes: the rows of lane `annotation` of `sql/dashboards/marks`."""
    with st.expander(t("now.notes", n=notes.height), icon=":material/edit_note:", key="notes"):
        for row in notes.iter_rows(named=True):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"{words.escape_markdown(row['note'])}  \n:small[{_by(row)}]")
                if access.person().may(*MAY):
                    st.button(
                        t("now.note_withdraw"), key=f"withdraw_{row['mark_id']}", type="tertiary", icon=":material/undo:",
                        on_click=commands.delete, args=(f"/v1/annotations/{row['mark_id']}",),
                    )  # fmt: skip


def _by(row: dict[str, object]) -> str:
    at, until = row["first_at"], row["last_at"]
    when = words.minute(at) if isinstance(at, datetime) else ""
    if isinstance(until, datetime):
        when = f"{when} – {words.minute(until)}"
    return t("now.note_by", at=when, author=words.escape_markdown(str(row["kind"])))


def _save(text: str, at: datetime, until: datetime | None) -> None:
    if not text.strip():
        st.warning(t("now.note_missing"))
        return
    body = {"note": text.strip(), "since": zones.utc(at).isoformat(), "until": until and zones.utc(until).isoformat()}
    if commands.post("/v1/annotations", body) is not None:
        st.success(t("now.note_saved"), icon=":material/check:")
