"""What a person prefers on every page: language and time zone. Both stand in the URL; the browser's language is the first choice."""

from collections.abc import Container

import streamlit as st

from dashboards import texts, zones
from dashboards.texts import t

_KEPT = "kept_{}"
_PAGE, _ARRIVED = "present_page", "arrived"


def settle() -> None:
    """Take language and zone of this run from the URL, from what was chosen before, or from the browser. First thing in `app.py`."""
    st.session_state[texts.SESSION_KEY] = recalled("lang", texts.LANGUAGES, _of_browser())
    st.session_state[zones.SESSION_KEY] = recalled("tz", zones.choices(), zones.DEFAULT)


def arrive(page: str) -> None:
    """Note which page is about to be drawn; on one that a person has just come to, controls begin from the URL and from what was kept:
    what a widget of the same key held on the page before is no choice."""
    st.session_state[_ARRIVED] = st.session_state.get(_PAGE) != page
    st.session_state[_PAGE] = page


def page() -> str:
    """The page that is drawn, by its place in the URL."""
    return str(st.session_state.get(_PAGE, ""))


def arrived() -> bool:
    """Whether this run is the first of its page."""
    return bool(st.session_state.get(_ARRIVED, True))


def recalled(key: str, allowed: Container[str], default: str) -> str:
    """The value of a choice in the URL, else the one kept from another page, else the default."""
    for text in (st.query_params.get(key), st.session_state.get(_KEPT.format(key))):
        if text is not None and text in allowed:
            return str(text)
    return default


def keep(key: str, text: str | None) -> None:
    """Write a choice to the URL and remember it for other pages of this session; None forgets it."""
    if text is not None:
        st.session_state[_KEPT.format(key)] = text
        if st.query_params.get(key) != text:
            st.query_params[key] = text
        return
    st.session_state.pop(_KEPT.format(key), None)
    if key in st.query_params:
        del st.query_params[key]


def control() -> None:
    """The two choices, to stand in the panel of the page's heading. A change draws the whole page anew."""
    chosen = texts.language()
    language = st.selectbox(
        t("preferences.language"), list(texts.LANGUAGES), format_func=texts.LANGUAGES.__getitem__,
        index=list(texts.LANGUAGES).index(chosen), key="preferred_language",
    )  # fmt: skip
    places = _places()
    zone = st.selectbox(
        t("preferences.zone"), places, index=places.index(zones.name()), key="preferred_zone", help=t("preferences.zone_help")
    )  # fmt: skip
    keep("lang", language if language != _of_browser() or st.query_params.get("lang") == language else None)
    keep("tz", zone if zone != zones.DEFAULT else None)
    if (language, zone) != (chosen, zones.name()):
        st.rerun()


def _of_browser() -> str:
    first = (st.context.locale or texts.DEFAULT).partition("-")[0].lower()
    return first if first in texts.LANGUAGES else texts.DEFAULT


def _places() -> list[str]:
    """All zones, the browser's own directly after UTC."""
    own, every = st.context.timezone, list(zones.choices())
    if own in every and own != zones.DEFAULT:
        every.remove(own)
        every.insert(1, own)
    return every
