"""The interface's texts, one catalogue a language: `t("now.title")`. Keys are `section.key` of `en.toml` and `fr.toml`.

A text may hold placeholders (`{n}`): numbers and times are written in the language's own way. A text that differs by number is a table of
`one` and `other`, chosen by the placeholder `n` (in French none counts as one). The sections that `dashboards.standing` names hold texts,
by their whole key, that replace others where they hold. The language is that of the running page
(`dashboards.preferences`), English outside of one.
"""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboards import standing
from veille.config import RULES

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
    """Within the block the texts are of this language, whatever the page's is."""
    token = _forced.set(chosen)
    try:
        yield
    finally:
        _forced.reset(token)


def t(key: str, /, **values: Any) -> str:
    """The text `section.key` with its placeholders filled. Raises KeyError where there is none of that name."""
    return _filled(_find(key), values)


def names(section: str) -> dict[str, str]:
    """A whole section, for values and their names: `names("outcomes")` → {"fulfilled": "Fulfilled", …}, in the catalogue's order."""
    return {key: str(_find(f"{section}.{key}")) for key in catalogue(language())[section]}


@cache
def catalogue(chosen: str) -> dict[str, dict[str, Any]]:
    """All texts of a language, by section and key; the section `rules` is that of the declared rules of incidents."""
    path = Path(__file__).with_name(f"{chosen}.toml")
    rules = {name: rule.french if chosen == "fr" else rule.title for name, rule in RULES.items()}
    return {**tomllib.loads(path.read_text(encoding="utf-8")), "rules": rules}


def _find(key: str) -> Any:
    every = catalogue(language())
    for variant in standing.present().variants:
        if key in every[variant]:
            return every[variant][key]
    section, _, name = key.partition(".")
    return every[section][name]


def _filled(text: Any, values: dict[str, Any]) -> str:
    if isinstance(text, dict):
        text = text["one" if _is_one(values["n"]) else "other"]
    return str(text).format(**{name: _shown(value) for name, value in values.items()}) if values else str(text)


def _is_one(n: float) -> bool:
    return abs(n) < 2 if language() == "fr" else abs(n) == 1


def _shown(value: Any) -> Any:
    from dashboards import words  # noqa: PLC0415  words asks this module for the language

    if isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return words.number(value)
    if isinstance(value, float):
        return words.decimal(value)
    return words.minute(value) if isinstance(value, datetime) else value
