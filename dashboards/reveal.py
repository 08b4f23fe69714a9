"""Text of a request, shown only on demand: behind a click, greyed, as text and nothing else, each look on the audit log."""

import html
from collections.abc import Callable

import streamlit as st

from dashboards import access
from dashboards.texts import t

_OPEN, _REFUSED = "open", "refused"
_STYLE = (
    "color: var(--st-text-color, inherit); opacity: .62; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 16rem; "
    "overflow-y: auto; border-inline-start: 3px solid currentColor; padding-inline-start: .8rem; margin: 0;"
)


def prompt(subject: str, read: Callable[[], str | None], *, key: str, action: str = "prompt.reveal") -> None:
    """A button that shows a prompt, and one that hides it again.

    subject: what the look is recorded about, such as the event's id. read: gets the text; not called before the click is recorded.
    key: different for each on the page. Where the audit log cannot be written, nothing is shown.
    """
    place = f"revealed_{key}"
    if st.session_state.get(place) == _OPEN:
        as_text(read())
        st.button(
            t("reveal.hide"),
            key=f"hide_{key}",
            icon=":material/visibility_off:",
            type="tertiary",
            on_click=_hide,
            args=(place,),
        )
        return
    st.button(
        t("reveal.show"), key=f"show_{key}", icon=":material/visibility:", help=t("reveal.why"),
        on_click=_show, args=(place, action, subject),
    )  # fmt: skip
    if st.session_state.pop(place, None) == _REFUSED:
        access.not_recorded()


def _show(place: str, action: str, subject: str) -> None:
    st.session_state[place] = _OPEN if access.audit(action, subject) else _REFUSED


def _hide(place: str) -> None:
    st.session_state.pop(place, None)


def as_text(text: str | None) -> None:
    """Draw text of a stranger: no HTML, no Markdown, its own direction of writing, never longer than its box."""
    if not text:
        st.caption(t("reveal.nothing"))
        return
    st.html(f'<blockquote dir="auto" class="revealed" style="{_STYLE}">{html.escape(text)}</blockquote>')
