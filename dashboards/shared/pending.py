"""Clicks that survive a renewal of the page.

A click is known to one run of the page only, and a run can be cut short. So a click first leaves a note in the session, and the page takes
it from there, in that run or the next.
"""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboards import commands


def pressed(place: str, label: str, **shown: Any) -> bool:
    """A button, and whether it was pressed. place: different for each on the page. shown: as for st.button, without on_click."""

    def clicked() -> None:
        commands.forget()
        st.session_state[_key(place)] = True

    st.button(label, on_click=clicked, **shown)
    return bool(st.session_state.pop(_key(place), False))


def submitted(place: str, label: str, fields: Mapping[str, str], *, emptied: bool = False) -> dict[str, Any] | None:
    """A button below some fields, and what they held when it was pressed, once. fields: name → key of the widget. emptied: texts are
    emptied afterwards."""

    def clicked() -> None:
        commands.forget()
        held = {name: st.session_state.get(key) for name, key in fields.items()}
        st.session_state[_key(place)] = held
        for name, key in fields.items():
            if emptied and isinstance(held[name], str):
                st.session_state[key] = ""

    st.button(label, type="primary", on_click=clicked, key=f"send_{place}")
    found: dict[str, Any] | None = st.session_state.pop(_key(place), None)
    return found


def _key(place: str) -> str:
    return f"pending_{place}"
