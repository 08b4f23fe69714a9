"""Digits that a page shows and that no marked number explains."""

import re
from collections.abc import Iterator

from streamlit.testing.v1 import AppTest

from dashboards.figures import FigureLog

_NO_NUMBERS = tuple(
    re.compile(pattern)
    for pattern in (
        r":material/\w+:",
        r"`[^`]*`",  # commands and settings
        r"\b[ACTSI]-[0-9A-Z]{4,}(?:-[0-9A-Z]{4})*\b",  # short names
        r"\b\d{2} \w{3,5}\.? \d{4}(?:, \d{2}:\d{2}(?::\d{2})?)?\b",  # times, and days
        r"\b\d{4}-\d{2}-\d{2}\b",
        r"\bUTC[+-]\d+(?::\d+)?\b",
        r"\b\d+(?:\.\d+)? ?(?:s|min|h|minutes|hours|days|GB|MB|kB|ms)\b",  # lengths of time
        r"\b(?:95|99) %",  # levels of intervals
        r"90th|at least \d|\d or more|above \d+ ×|> 99 ×|< 0\.01|Policy \S+",  # fixed numbers of a definition
        r"q ≤ 1 %|latest 20|fewer than \d",
        r"(?:below|as) 0\.5|3 requests within|8 within",
        r"docs/[\w./-]+",
        r"(?m)^\d+\. ",  # items of a runbook
        r"\(\w+ (?:& \w+ )?\d{4}[^)]*\)|(?:Wilson|Newcombe|McCullagh & Nelder) \d{4}",  # papers
    )
)
"""What is no number of the data: each is taken out before digits are looked for."""
_DIGITS = re.compile(r"\d+(?:[,\u202f]\d{3})*(?:\.\d+)?")
_KINDS = ("title", "header", "subheader", "markdown", "caption", "info", "warning", "success", "error")


def unmarked(app: AppTest, recorded: FigureLog) -> list[str]:
    """Lines `digits in text`, one for each number in sight that was drawn by none of the functions that mark numbers."""
    marked = {number for drawn in recorded.drawn for number in _DIGITS.findall(drawn.text)}
    found = []
    for text in _texts(app):
        rest = re.sub(r"\\(?=\W)", "", text)  # signs of Markdown that are shown as themselves
        for pattern in _NO_NUMBERS:
            rest = pattern.sub(" ", rest)
        found += [f"{digits} in {text!r}" for digits in _DIGITS.findall(rest) if digits not in marked]
    return found


def _texts(app: AppTest) -> Iterator[str]:
    for kind in _KINDS:
        for element in app.get(kind):
            yield str(getattr(element, "value", ""))
    for metric in app.metric:
        yield from (str(metric.value), str(metric.delta or ""))
    for box in app.expander:
        yield str(box.label)
    for button in app.button:
        yield str(button.label)
