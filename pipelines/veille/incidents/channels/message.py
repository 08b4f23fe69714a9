"""What is told outside: a few words of ours, short pseudonyms, counts and a link. Nothing else can get into a message."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from veille.config import Severity
from veille.reasons import DEFAULT, Reason, named, one_line, reason

Kind = Literal["trigger", "escalate", "acknowledge", "resolve", "digest", "notice", "test"]

SUMMARY_CHARACTERS = 1024
"""The shortest limit of all receivers (PagerDuty's `payload.summary`)."""

_FACTS = ("incident", "kind", "rule", "requests", "accounts", "targets", "onset_at", "opened_at", "state", "again")
_NAMED = ("severity", "state")
"""Facts whose values have names in each language; a rule is told as it is called in the settings and runbooks."""
_WITHHELD = "[withheld]"
_MEANS_SOMETHING_OUTSIDE = re.compile(
    r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b"  # a long pseudonym
    r"|(?<![\w.])@\w+|[\w.+-]+@[\w-]+\.[\w.-]+|[a-zA-Z][a-zA-Z0-9+.-]+://\S+|\b\d{9,}\b"  # handle, mail, link, post number
)


Variant = tuple[Severity, bool, str]
"""Severity of a page, whether it was an escalation, and its rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message to one receiver.

    intent_id: the same for every repetition. key: the receiver's deduplication key, the same for all that concerns one
    incident. earlier: what the receiver was told of this key before. at: when it happened,
    sent_at: now; UTC without a zone. runbook: where a page shows it. members: how many incidents it speaks of.
    language: of title and text, and of the words around them.
    """

    intent_id: str
    key: str
    kind: Kind
    severity: Severity
    rota: str
    title: str
    text: str
    facts: Mapping[str, str | int]
    link: str
    runbook: str | None
    at: datetime
    sent_at: datetime
    earlier: tuple[Variant, ...] = ()
    members: int = 1
    language: str = DEFAULT

    @property
    def when(self) -> str:
        """RFC 3339, UTC."""
        return rfc3339(self.at)


def rfc3339(at: datetime) -> str:
    return at.replace(tzinfo=UTC).isoformat().replace("+00:00", "Z")


def redacted_line(text: object, limit: int = SUMMARY_CHARACTERS) -> str:
    """One line without what could mean something outside: long ids, handles, addresses, links, long numbers.

    The texts come from Veille and hold none of these; this is the net below them.
    """
    return _MEANS_SOMETHING_OUTSIDE.sub(_WITHHELD, one_line(str(text)))[:limit]


def facts_of(payload: Mapping[str, Any]) -> dict[str, str | int]:
    """What of a payload may be told, by a list of names: a field that is added to payloads is not told until it is added here."""
    found: dict[str, str | int] = {}
    for name in _FACTS:
        value = payload.get(name)
        if isinstance(value, bool) or value in (None, "", 0):
            continue
        found[name] = value if isinstance(value, int) else _stamp(str(value))
    return found


def _stamp(value: str) -> str:
    """Times pass as they are; anything else is cleaned."""
    return value if re.fullmatch(r"[\d:TZ.+-]{10,40}", value) else redacted_line(value, 200)


_HEADED: Mapping[Kind, Callable[[str], Reason]] = {
    "resolve": lambda title: reason("message.resolved_title", title=title),
    "acknowledge": lambda title: reason("message.acknowledged_title", title=title),
    "escalate": lambda title: reason("message.escalated_title", title=title),
}


def headline(message: Message) -> str:
    """A line for a lock screen: what, how grave, nothing about anybody."""
    headed = _HEADED.get(message.kind)
    return (headed(message.title).words(message.language) if headed else message.title)[:SUMMARY_CHARACTERS]


def lines(message: Message) -> list[str]:
    """The body for people, a line a fact."""
    facts = {"severity": message.severity, **message.facts}
    return [
        message.text,
        "",
        *(_fact(name, value, message.language) for name, value in facts.items()),
        "",
        message.link,
    ]


def _fact(name: str, value: str | int, language: str) -> str:
    shown = named(str(value), language) if name in _NAMED else str(value)
    return reason("message.fact", name=name, value=shown).words(language)
