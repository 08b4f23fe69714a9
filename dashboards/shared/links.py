"""From one page to another: an incident to its surge, a surge to its target. Who may not open the other page sees the name alone."""

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboards import access, feed_state, menu, preferences
from dashboards.data import PublishedData
from dashboards.texts import t
from veille.privacy import short

ICONS = {
    "surges": "trending_up",
    "coordination": "hub",
    "target": "person",
    "account": "account_circle",
    "incidents": "notifications",
}
PARAMETER = {
    "surges": "surge",
    "coordination": "cluster",
    "target": "target",
    "account": "account",
    "incidents": "incident",
}


def link(page: str, identity: object, label: str) -> None:
    """A link to the page that shows this finding, person or incident. label: our own words."""
    if may(page):
        menu.link(page, label, icon=f":material/{ICONS[page]}:", **{PARAMETER[page]: str(identity)})
    else:
        st.markdown(f":material/{ICONS[page]}: {label}")


def may(page: str) -> bool:
    """Whether the person of this run may open a page."""
    return access.person().may(*menu.roles_of(page))


def person(target_id: object) -> str:
    """A target as screens show her."""
    return short(str(target_id), "target")


def account(account_id: object) -> str:
    """An account as screens show it."""
    return short(str(account_id), "account")


def cluster(cluster_id: str) -> str:
    """A cluster as screens show it."""
    return f"C-{cluster_id[:8].upper()}"


def surge(surge_id: str) -> str:
    """A surge or drop as screens show it."""
    return f"S-{surge_id[:8].upper()}"


def incident(incident_id: str) -> str:
    """An incident as screens show it."""
    return f"I-{incident_id[:8].upper()}"


def chosen(parameter: str) -> str | None:
    """The identity that the URL names for this page; None where it names none, or none that could be one."""
    text = st.query_params.get(parameter, "").strip().lower()
    return text if text and len(text) <= 40 and all(c in "0123456789abcdef-" for c in text) else None


def choose(parameter: str, identity: object | None) -> None:
    """Put an identity into the URL, or take it out: the page then shows it, or its list."""
    if identity is not None:
        st.query_params[parameter] = str(identity)
    elif parameter in st.query_params:
        del st.query_params[parameter]


def confirm(parameter: str, identity: str) -> None:
    """Tell the browser what is open. A link to the page that one is on reaches the server, but leaves the browser's address as it was, and
    the next renewal of the page would bring the old one back."""
    st.query_params[parameter] = identity


def back(parameter: str, label: str) -> None:
    """A button to the page's list."""
    st.button(
        label,
        key=f"back_{parameter}",
        icon=":material/arrow_back:",
        type="tertiary",
        on_click=choose,
        args=(parameter, None),
    )


def pick_from(rows: Any, key: str, parameter: str, column: str, **shown: Any) -> None:
    """A table of which a click on a row opens it. rows: with `column`, the identity, which is not shown. shown: as for st.dataframe.

    What is open stands in the URL, not in the table, so a table that renews itself cannot lose it or show another.
    """
    identities = [str(identity) for identity in rows[column]]
    turn = st.session_state.setdefault(f"{key}_turn", 0)
    name = f"{key}_{turn}"

    def picked() -> None:
        selected = st.session_state[name].selection.rows
        if selected:
            choose(parameter, identities[selected[0]])
            st.session_state[f"{key}_turn"] = turn + 1  # nothing is selected when the list is seen again

    st.dataframe(
        rows.drop(column),
        hide_index=True,
        placeholder="–",
        key=name,
        on_select=picked,
        selection_mode="single-row",
        **shown,
    )


def following() -> bool:
    """Whether pages renew themselves, as chosen where the control stands."""
    return preferences.recalled("live", ("on", "off"), feed_state.present().following) == "on"


def either(
    parameter: str,
    opened: str | None,
    one: Callable[[str, PublishedData], None],
    listed: Callable[[PublishedData], None],
) -> Callable[[PublishedData], None]:
    """What a page's body draws: the one that its URL names, else the list. Where that has changed, the whole page is drawn anew, because
    its controls stand outside of the body."""

    def draw(found: PublishedData) -> None:
        if chosen(parameter) != opened:
            st.rerun()
        if opened:
            one(opened, found)
        else:
            listed(found)

    return draw


def open_from(rows: Any, key: str, page: str, column: str, **shown: Any) -> None:
    """A table of which a click on a row opens another page. rows: with `column`, the identity, which is not shown."""
    if not may(page):
        st.dataframe(rows.drop(column), hide_index=True, placeholder="–", key=key, **shown)
        return
    event = st.dataframe(
        rows.drop(column),
        hide_index=True,
        placeholder="–",
        key=key,
        on_select="rerun",
        selection_mode="single-row",
        **shown,
    )
    selected = event.selection.rows
    if selected and selected[0] < rows.height:
        identity = str(rows[column][selected[0]])
        name = {"target": person, "account": account}.get(page, str)(identity)
        link(page, identity, t("people.open", name=name))


def scope() -> Any:
    """How far a rerun from a page's body goes: the body alone, where that renews itself."""
    context = get_script_run_ctx(suppress_warning=True)
    return "fragment" if context is not None and context.fragment_ids_this_run else "app"
