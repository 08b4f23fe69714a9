"""What Veille itself wrote as an English sentence (reasons, refusals, faults), in the language of the page.

The service keeps its sentences in the records, in English, as they were when they were written. They come from a fixed set: the
section `said` of the texts holds each with its placeholders, so a sentence is found by its English pattern and said again in the
page's language. What is not of the set, such as a person's own words, stays as it is.
"""

import re
from functools import cache
from string import Formatter

from dashboards.texts import DEFAULT, catalogue, language, names, t

_REFUSED = "the service refused: "


def said(text: str) -> str:
    """The sentence in the language of the page, itself where it is not one of Veille's own. Not yet Markdown (`words.escape_markdown`)."""
    text = text.removeprefix(_REFUSED)
    if language() == DEFAULT:
        return text
    for key, pattern in _patterns().items():
        found = pattern.fullmatch(text)
        if found:
            return t(f"said.{key}", **{name: _value(value) for name, value in found.groupdict().items()})
    return text


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {key: re.compile(_pattern(str(text))) for key, text in catalogue(DEFAULT)["said"].items()}


def _pattern(text: str) -> str:
    parts = Formatter().parse(text)
    return "".join(re.escape(before) + (f"(?P<{name}>.+?)" if name else "") for before, name, _, _ in parts)


def _value(text: str) -> str | int | float:
    """A number as one, so that it is written as the language does; a value of ours by its name."""
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    called = {
        **names("roles"),
        **names("severities"),
        **names("dispositions"),
        **names("incident_states"),
        **names("said_events"),
    }
    return called.get(text, text)
