"""The menu: every page, who may open it, and its place in the URL. A page whose file is not there is left out."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from dashboards import access
from dashboards.texts import t
from veille.access import SEES_PEOPLE, Principal, Role

FOLDER = Path(__file__).with_name("app_pages")


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One page: `app_pages/<key>.py`, `/<key>`, title `menu.<key>`. roles: who may open it, besides administrators. hidden: reached by
    links alone."""

    key: str
    icon: str
    roles: tuple[Role, ...]
    hidden: bool = False

    @property
    def path(self) -> Path:
        return FOLDER / f"{self.key}.py"


ENTRIES = (
    MenuEntry("now", "monitoring", ("viewer",)),
    MenuEntry("surges", "trending_up", ("viewer",)),
    MenuEntry("coordination", "hub", SEES_PEOPLE),
    MenuEntry("targets", "shield_person", SEES_PEOPLE),
    MenuEntry("target", "person", SEES_PEOPLE, hidden=True),
    MenuEntry("account", "account_circle", SEES_PEOPLE, hidden=True),
    MenuEntry("incidents", "notifications", SEES_PEOPLE),
    MenuEntry("explore", "query_stats", ("viewer",)),
    MenuEntry("sql", "terminal", ("researcher", "analyst")),
    MenuEntry("feed", "database", ("viewer",)),
)
_BY_KEY = {entry.key: entry for entry in ENTRIES}


def roles_of(key: str) -> tuple[Role, ...]:
    """Who may open a page."""
    return _BY_KEY[key].roles


def pages(person: Principal) -> list[st.Page]:
    """What this person may open, in order, for `st.navigation`. The page Now is the first."""
    return [
        st.Page(
            entry.path,
            title=t(f"menu.{entry.key}"),
            icon=f":material/{entry.icon}:",
            url_path="" if entry.key == "now" else entry.key,
            default=entry.key == "now",
            visibility="hidden" if entry.hidden else "visible",
        )
        for entry in ENTRIES
        if entry.path.is_file() and person.may(*entry.roles)
    ]


def link(key: str, label: str, *, icon: str | None = None, **query: str) -> None:
    """A link to a page, without a reload; nothing where the page is not there or the person may not open it."""
    entry = _BY_KEY[key]
    if entry.path.is_file() and access.person().may(*entry.roles):
        st.page_link(entry.path, label=label, icon=icon, query_params=query)


def path(key: str) -> Path:
    """The file of a page, for `st.switch_page`."""
    return _BY_KEY[key].path
