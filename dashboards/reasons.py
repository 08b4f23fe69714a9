"""Reasons of the service in the language of the page (`veille.reasons`)."""

from datetime import datetime

from dashboards import words
from dashboards.texts import language, t
from veille import reasons
from veille.client import REFUSED
from veille.errors import VeilleError
from veille.reasons import Reason, reason_of


def in_words(why: Reason | str) -> str:
    """A reason in the page's language; a text that is no reason stays as it is. Not yet Markdown (`words.escape_markdown`)."""
    return why.words(language()) if isinstance(why, Reason) else why


def told(stored: object) -> str:
    """What was stored beside what a person wrote: a reason in the page's language, her text as it is. Not yet Markdown."""
    return reasons.told(stored, language())


def kept(stored: object, at: datetime) -> str:
    """A stored reason in the page's language; a sentence of an earlier version as it was written, with its time. Not yet Markdown."""
    if not stored or reason_of(stored) is not None:
        return told(stored)
    return t("states.as_written", text=str(stored), at=words.minute(at))


def refusal(error: VeilleError) -> str:
    """Why the service did not do what was asked, in the page's language where it gave a reason. Not yet Markdown."""
    return in_words(error.reason or str(error).removeprefix(REFUSED))
