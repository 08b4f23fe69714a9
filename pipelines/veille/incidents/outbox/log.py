"""What is to be sent and what was tried, as it stands in the database: all that delivery knows, so a restart loses nothing."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import msgspec

from veille.config import Severity
from veille.incidents.channels.message import Kind, Variant
from veille.store.database import Database

Outcome = Literal["sending", "sent", "retry", "failed", "dropped"]
PAGES: frozenset[Kind] = frozenset({"trigger", "escalate"})
STATES: frozenset[Kind] = frozenset({"acknowledge", "resolve"})
BUNDLE = "veille-bundle-"
"""Begin of the key of one page about several incidents."""
_SETTLED = ("sent", "failed", "dropped")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxIntent:
    """A row of the outbox; times UTC without a zone."""

    intent_id: str
    created_at: datetime
    not_before: datetime
    incident_id: str | None
    event_number: int | None
    key: str
    kind: Kind
    severity: Severity
    rota: str
    payload: Mapping[str, Any] = field(compare=False)

    @property
    def due_at(self) -> datetime:
        return max(self.created_at, self.not_before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try of an intent on a channel.

    reference: the key under which the receiver may have it, None where it surely has not. detail: a stored reason of Veille, or what the
    channel answered.
    """

    intent_id: str
    channel: str
    attempt: int
    tried_at: datetime
    outcome: Outcome
    reference: str | None = None
    detail: str | None = None
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What a receiver may know of an incident. state: None where it knows nothing.

    own: it was told under the incident's own key. bundles: keys of pages about several. earlier: its pages.
    """

    state: Literal["open", "acknowledged", "resolved"] | None
    own: bool
    bundles: frozenset[str]
    earlier: tuple[Variant, ...]

    @property
    def live(self) -> bool:
        return self.state in ("open", "acknowledged")


class OutboxLog:
    """Intents in order, and their attempts."""

    def __init__(self, intents: Iterable[OutboxIntent], attempts: Iterable[Attempt]) -> None:
        self.intents = tuple(intents)
        self.by_key: dict[str, list[OutboxIntent]] = defaultdict(list)
        for intent in self.intents:
            self.by_key[intent.key].append(intent)
        self._attempts: dict[tuple[str, str], list[Attempt]] = defaultdict(list)
        self._by_channel: dict[str, list[Attempt]] = defaultdict(list)
        for attempt in attempts:
            self._attempts[attempt.channel, attempt.intent_id].append(attempt)
            if attempt.intent_id:
                self._by_channel[attempt.channel].append(attempt)

    def attempts(self, channel: str, intent: OutboxIntent) -> list[Attempt]:
        """In order."""
        return self._attempts.get((channel, intent.intent_id), [])

    def settled(self, channel: str, intent: OutboxIntent) -> Outcome | None:
        """sent, failed or dropped; None while it is still to be sent."""
        return next((a.outcome for a in self.attempts(channel, intent) if a.outcome in _SETTLED), None)

    def known_since(self, channel: str) -> datetime | None:
        """When the channel was first configured; None where that is not noted yet."""
        marks = self._attempts.get((channel, ""), [])
        return marks[0].tried_at if marks else None

    def failures(self, channel: str) -> list[Attempt]:
        """Failed tries since the channel last took something, one a try (a try may cover several intents)."""
        found: list[Attempt] = []
        for attempt in self._by_channel[channel]:
            if attempt.outcome == "sent":
                found = []
            elif attempt.outcome in ("retry", "failed") and (not found or found[-1].tried_at != attempt.tried_at):
                found.append(attempt)
        return found

    def next_at(self, channel: str) -> datetime | None:
        """Before then the channel is left in peace."""
        failures = self.failures(channel)
        return failures[-1].next_at if failures else None

    def told(self, channel: str, key: str) -> Told:
        """What the channel's receiver may know of an incident."""
        state: Literal["open", "acknowledged", "resolved"] | None = None
        references: set[str] = set()
        earlier: dict[Variant, None] = {}
        for intent in self.by_key.get(key, []):
            reached = {a.reference for a in self.attempts(channel, intent) if a.reference and a.outcome != "dropped"}
            if not reached:
                continue
            references |= reached
            if intent.kind in PAGES:
                state = "open"
                earlier[intent.severity, intent.kind == "escalate", str(intent.payload.get("rule", intent.kind))] = None
            elif intent.kind in STATES:
                state = "acknowledged" if intent.kind == "acknowledge" else "resolved"
        bundles = frozenset(each for each in references if each.startswith(BUNDLE))
        return Told(state, key in references, bundles, tuple(earlier))

    def members(self, channel: str, bundle: str) -> Iterator[str]:
        """Keys of the incidents that one page told of."""
        for key, intents in self.by_key.items():
            if any(a.reference == bundle for intent in intents for a in self.attempts(channel, intent)):
                yield key

    def stands(self, key: str) -> Kind | None:
        """The last that is to be told of an incident: a page, its acknowledgement or its end."""
        kinds: list[Kind] = [i.kind for i in self.by_key.get(key, []) if i.kind in PAGES or i.kind in STATES]
        return kinds[-1] if kinds else None


def load(database: Database, since: datetime) -> OutboxLog:
    """All intents about incidents of which something was to be sent at or after `since` (UTC without a zone)."""
    intents = (
        OutboxIntent(key=row.pop("dedup_key"), payload=msgspec.json.decode(row.pop("payload")), **row)
        for row in database.frame("outbox/intents", since=since).to_dicts()
    )
    attempts = (Attempt(**row) for row in database.frame("outbox/attempts", since=since).to_dicts())
    return OutboxLog(intents, attempts)


def record(database: Database, attempt: Attempt) -> None:
    """Append a row to `deliveries`. Raises StoreError."""
    database.execute("outbox/record", **{name: getattr(attempt, name) for name in Attempt.__slots__})
