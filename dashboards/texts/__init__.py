"""The interface's texts, one catalogue a language: `t("now.title")`. Keys are `section.key` of `en.toml` and `fr.toml`.

A text may hold placeholders (`{n}`): numbers and times are written in the language's own way. A text that differs by number is a table of
`one` and `other`, chosen by the placeholder `n` (in French none counts as one). The sections that `dashboards.feed_state` names hold texts,
by their whole key, that replace others where they hold.
"""

from datetime import datetime
from typing import Any

from dashboards.texts import written
from dashboards.texts.catalogues import DEFAULT, LANGUAGES, SESSION_KEY, catalogue, find, language, names, speaking

__all__ = ["DEFAULT", "LANGUAGES", "SESSION_KEY", "catalogue", "language", "names", "speaking", "t"]


def t(key: str, /, **values: Any) -> str:
    """The text `section.key` with its placeholders filled. Raises KeyError where there is none of that name."""
    return _filled(find(key), values)


def _filled(text: Any, values: dict[str, Any]) -> str:
    if isinstance(text, dict):
        text = text["one" if _is_one(values["n"]) else "other"]
    return str(text).format(**{name: _shown(value) for name, value in values.items()}) if values else str(text)


def _is_one(n: float) -> bool:
    return abs(n) < 2 if language() == "fr" else abs(n) == 1


def _shown(value: Any) -> Any:
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return written.number(value)
    if isinstance(value, float):
        return written.decimal(value)
    return written.minute(value) if isinstance(value, datetime) else value
