"""PagerDuty, Events API v2: https://developer.pagerduty.com/docs/events-api-v2/trigger-events/.

Limits of the API: dedup_key 255 characters, summary 1,024, an event 512 kB, severity one of four.
"""

from typing import Any

import msgspec

from veille import config
from veille.incidents.channels.base import EVERYTHING, DeliveryRefusedError
from veille.incidents.channels.http import Poster
from veille.incidents.channels.message import Kind, Message, headline

KEY_CHARACTERS = 255
EVENT_BYTES = 512_000
_ACTIONS = {"acknowledge": "acknowledge", "resolve": "resolve"}


class PagerDutyChannel:
    """A page is an alert with our key; acknowledging and resolving go both ways (veille.incidents.channels.pagerduty_webhook)."""

    tells: frozenset[Kind] = EVERYTHING
    resend_seconds: float | None = None
    remembers = True
    groups = False

    def __init__(self, settings: config.PagerDuty, timeout: float) -> None:
        self._key = settings.routing_key.get_secret_value()
        self._poster = Poster(settings.url, timeout)

    def send(self, message: Message) -> str | None:
        body = msgspec.json.encode(self._event(message))
        if len(body) > EVENT_BYTES or len(message.key) > KEY_CHARACTERS:
            raise DeliveryRefusedError("the event exceeds the size limit of PagerDuty")
        answer = self._poster.post(body)
        try:
            return str(answer.json()["dedup_key"])
        except (ValueError, KeyError, TypeError):
            return None

    def close(self) -> None:
        self._poster.close()

    def _event(self, message: Message) -> dict[str, Any]:
        action = _ACTIONS.get(message.kind, "trigger")
        event: dict[str, Any] = {"routing_key": self._key, "event_action": action, "dedup_key": message.key}
        if action != "trigger":
            return event
        return event | {
            "client": "Veille",
            "client_url": message.link,
            "links": [{"href": message.link, "text": "Evidence, runbook and next steps"}],
            "payload": {
                "summary": headline(message),
                "source": "veille",
                "severity": message.severity,
                "timestamp": message.when,
                "component": message.rota,
                "group": str(message.facts.get("rule", message.kind)),
                "class": str(message.facts.get("kind", message.kind)),
                "custom_details": {"text": message.text, "runbook": message.runbook or "", **message.facts},
            },
        }
