"""Clicks that survive a renewal of the page.

A click is known to one run of the page only. Where that run is cut short by the next renewal, as on a busy machine, the click would be
lost without a word. So a click first leaves a note in the session, and the page takes it from there, in that run or the next.
"""

from typing import Any

import streamlit as st


def pressed(place: str, label: str, **shown: Any) -> bool:
    """A button, and whether it was pressed. place: different for each on the page. shown: as for st.button, without on_click."""

    def clicked() -> None:
        st.session_state[_key(place)] = True

    st.button(label, on_click=clicked, **shown)
    return bool(st.session_state.pop(_key(place), False))


def submitted(place: str, label: str, **fields: str) -> dict[str, Any] | None:
    """The button of a form, and what was sent with it, once. fields: name → key of the widget."""

    def clicked() -> None:
        st.session_state[_key(place)] = {name: st.session_state.get(key) for name, key in fields.items()}

    st.form_submit_button(label, type="primary", on_click=clicked)
    found: dict[str, Any] | None = st.session_state.pop(_key(place), None)
    return found


def _key(place: str) -> str:
    return f"pending_{place}"
