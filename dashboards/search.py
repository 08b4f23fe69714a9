"""One box for every name that screens show: T-, A-, C-, I- and S-. Handles are looked up on the page Targets, with a reason on record."""

import re
from typing import NamedTuple
from uuid import UUID

import streamlit as st

from dashboards import data, menu, words
from dashboards.data import PublishedData
from dashboards.shared.findings import of_findings
from dashboards.shared.links import PARAMETER
from dashboards.texts import t
from veille.errors import VeilleError
from veille.privacy import short_bits

_FINDING = re.compile(r"([CIS])-?([0-9A-F]{4,32})")
_PERSON = re.compile(r"([TA])-?((?:[0-9A-HJKMNP-TV-Z]{4}-?){3})")
_REST = 68
"""Bits of a pseudonym that its short form leaves out."""
MOST = 5


class NamedPage(NamedTuple):
    """A page of what a name means. identity: what its address holds."""

    page: str
    identity: str


def box() -> None:
    """The box, in the present container; opens what the name means."""
    with st.form("search", border=False, clear_on_submit=True):
        text = st.text_input(t("search.name"), placeholder="T-7K3Q-M2XA-9DFH", max_chars=40, key="search_name")
        asked = st.form_submit_button(t("search.open"), icon=":material/search:")
    if asked:
        _open(text)
    menu.link("targets", t("search.handle"), icon=":material/person_search:")


def named(text: str, found: PublishedData) -> list[NamedPage]:
    """What a name means, the likeliest first; none where it is no name or nothing bears it. Raises StoreError."""
    name = text.strip().upper()
    if person := _PERSON.fullmatch(name):
        role, bits = person[1], short_bits(person[2]) << _REST
        ends = {"low": str(UUID(int=bits)), "high": str(UUID(int=bits | (1 << _REST) - 1))}
        pages = [NamedPage(**row) for row in found.ask_large("named_people", **ends).rows.to_dicts()]
        return sorted(pages, key=lambda one: one.page[0].upper() != role)
    if finding := _FINDING.fullmatch(name):
        rows = of_findings(found).ask("named_findings", kind=finding[1], prefix=finding[2].lower(), top=MOST).rows
        return [NamedPage(*row) for row in rows.select("page", "identity").iter_rows()]
    return []


def _open(text: str) -> None:
    try:
        pages = named(text, data.catalogue())
    except VeilleError as error:
        st.error(words.escape_markdown(str(error)), icon=":material/database_off:")
        return
    if not pages:
        st.info(t("search.unknown"), icon=":material/help:")
        return
    if len({one.identity for one in pages}) == 1:
        st.switch_page(menu.path(pages[0].page), query_params={PARAMETER[pages[0].page]: pages[0].identity})
    st.caption(t("search.several"))
    for one in pages:
        menu.link(one.page, one.identity, **{PARAMETER[one.page]: one.identity})
