"""The catalogues of texts, one a language, and the language of the running page (`dashboards.preferences`), English outside of one."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboards import feed_state
from veille import reasons

LANGUAGES = {"en": "English", "fr": "Français"}
DEFAULT = "en"
SESSION_KEY = "chosen_language"

_forced: ContextVar[str | None] = ContextVar("language", default=None)


def language() -> str:
    """`en` or `fr`."""
    forced = _forced.get()
    if forced is not None:
        return forced
    if get_script_run_ctx(suppress_warning=True) is None:
        return DEFAULT
    return str(st.session_state.get(SESSION_KEY, DEFAULT))


@contextmanager
def speaking(chosen: str) -> Iterator[None]:
    """Within the block the texts are of this language, regardless of the page."""
    token = _forced.set(chosen)
    try:
        yield
    finally:
        _forced.reset(token)


def names(section: str) -> dict[str, str]:
    """A whole section, for values and their names: `names("outcomes")` → {"fulfilled": "Fulfilled", …}, in the catalogue's order."""
    return {key: str(find(f"{section}.{key}")) for key in catalogue(language())[section]}


@cache
def catalogue(chosen: str) -> dict[str, dict[str, Any]]:
    """All texts of a language, by section and key; the section `rules` is that of the catalogue of reasons."""
    path = Path(__file__).with_name(f"{chosen}.toml")
    return {**tomllib.loads(path.read_text(encoding="utf-8")), "rules": reasons.names("rules", chosen)}


def find(key: str) -> Any:
    """The text `section.key` as it stands, placeholders unfilled. Raises KeyError where there is none of that name."""
    every = catalogue(language())
    for variant in feed_state.present().variants:
        if key in every[variant]:
            return every[variant][key]
    section, _, name = key.partition(".")
    return every[section][name]
