"""Which messages are for which channel. Pure: the ledger and the rotas in, intents out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from veille.config import Rota
from veille.incidents.outbox.ledger import PAGES, OutboxIntent, OutboxLog

_STATES = ("acknowledge", "resolve")


@dataclass(frozen=True, slots=True)
class Routes:
    """The rotas, and how long a page may stay with its first channel before the fallback gets it too."""

    rotas: Mapping[str, Rota]
    fallback_after: timedelta

    def waiting(self, ledger: OutboxLog, channel: str, now: datetime) -> list[OutboxIntent]:
        """What this channel is still to be told, in order: pages that are routed to it, and what became of them."""
        since = ledger.known_since(channel)
        found: list[OutboxIntent] = []
        for intent in ledger.intents:
            if intent.due_at > now or (since is not None and intent.created_at < since):
                continue
            if ledger.settled(channel, intent) is None and self._concerns(ledger, channel, intent, now):
                found.append(intent)
        return found

    def _concerns(self, ledger: OutboxLog, channel: str, intent: OutboxIntent, now: datetime) -> bool:
        if intent.kind not in _STATES:
            return self.routed(ledger, channel, intent, now)
        if ledger.told(channel, intent.key).state is not None:
            return True
        pages = [each for each in ledger.by_key[intent.key] if each.kind in PAGES]
        return any(ledger.settled(channel, page) is None and self.routed(ledger, channel, page, now) for page in pages)

    def routed(self, ledger: OutboxLog, channel: str, intent: OutboxIntent, now: datetime) -> bool:
        """Whether a page, digest or notice goes to this channel."""
        rota = self.rotas.get(intent.rota, Rota())
        escalation = rota.escalate_to if intent.kind == "escalate" else ()
        if channel in rota.channels or channel in escalation:
            return True
        first = [*escalation, *rota.channels][:1]
        return channel in rota.fallback and bool(first) and self._lost(ledger, first[0], intent, now)

    def _lost(self, ledger: OutboxLog, first: str, intent: OutboxIntent, now: datetime) -> bool:
        """The first channel refused it, or has not been reached for too long."""
        outcome = ledger.settled(first, intent)
        if outcome is not None:
            return outcome == "failed"
        return bool(ledger.failures(first)) and now - intent.due_at >= self.fallback_after
