"""Reasons of the service in the language of the page (`veille.reasons`)."""

from dashboards.texts import language, t
from veille.errors import VeilleError
from veille.reasons import Reason, reason_of


def in_words(why: Reason | str) -> str:
    """A reason in the page's language; a text that is no reason stays as it is. Not yet Markdown (`words.escape_markdown`)."""
    return why.words(language()) if isinstance(why, Reason) else why


def refusal(error: VeilleError) -> str:
    """Why something was not done: by its reason, where it has none by its one line."""
    return in_words(error.reason or str(error))


def recorded(value: object) -> str:
    """What a record says of itself. A sentence that an earlier version wrote is shown as it was written, and marked so."""
    found = reason_of(value)
    if found is not None:
        return found.words(language())
    return t("words.as_written", text=str(value)) if value else ""
