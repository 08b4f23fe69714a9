"""Which messages are for which channel. Pure: the outbox and the rotas in, intents out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from veille.config import Rota
from veille.incidents.outbox.log import PAGES, OutboxIntent, OutboxLog

_STATES = ("acknowledge", "resolve")


@dataclass(frozen=True, slots=True)
class Routes:
    """The rotas, and how long a page may stay with its first channel before the fallback gets it too."""

    rotas: Mapping[str, Rota]
    fallback_after: timedelta

    def waiting(self, outbox: OutboxLog, channel: str, now: datetime) -> list[OutboxIntent]:
        """What this channel is still to be told, in order: pages that are routed to it, and what became of them."""
        since = outbox.known_since(channel)
        found: list[OutboxIntent] = []
        for intent in outbox.intents:
            if intent.due_at > now or (since is not None and intent.created_at < since):
                continue
            if outbox.settled(channel, intent) is None and self._concerns(outbox, channel, intent, now):
                found.append(intent)
        return found

    def _concerns(self, outbox: OutboxLog, channel: str, intent: OutboxIntent, now: datetime) -> bool:
        if intent.kind not in _STATES:
            return self.routed(outbox, channel, intent, now)
        if outbox.told(channel, intent.key).state is not None:
            return True
        pages = [each for each in outbox.by_key[intent.key] if each.kind in PAGES]
        return any(outbox.settled(channel, page) is None and self.routed(outbox, channel, page, now) for page in pages)

    def routed(self, outbox: OutboxLog, channel: str, intent: OutboxIntent, now: datetime) -> bool:
        """Whether a page, digest or notice goes to this channel."""
        rota = self.rotas.get(intent.rota, Rota())
        escalation = rota.escalate_to if intent.kind == "escalate" else ()
        if channel in rota.channels or channel in escalation:
            return True
        first = [*escalation, *rota.channels][:1]
        return channel in rota.fallback and bool(first) and self._lost(outbox, first[0], intent, now)

    def _lost(self, outbox: OutboxLog, first: str, intent: OutboxIntent, now: datetime) -> bool:
        """The first channel refused it, or has not been reached for too long."""
        outcome = outbox.settled(first, intent)
        if outcome is not None:
            return outcome == "failed"
        return bool(outbox.failures(first)) and now - intent.due_at >= self.fallback_after
