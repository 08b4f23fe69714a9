"""Reasons of the service in the language of the page (`veille.reasons`)."""

from dashboards.texts import language
from veille.reasons import Reason


def in_words(why: Reason | str) -> str:
    """A reason in the page's language; a text that is no reason stays as it is. Not yet Markdown (`words.escape_markdown`)."""
    return why.words(language()) if isinstance(why, Reason) else why
