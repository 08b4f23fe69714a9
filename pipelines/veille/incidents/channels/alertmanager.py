"""Prometheus Alertmanager, API v2: https://prometheus.io/docs/alerting/latest/alerts_api/.

An alert is its labels: told again while it is open (else Alertmanager ends it), ended by `endsAt`. It knows no
acknowledgement. A severity or a rule that changed is another alert, so the earlier one is ended in the same call.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec

from veille import config
from veille.incidents.channels.base import EVERYTHING
from veille.incidents.channels.http import Poster
from veille.incidents.channels.message import Kind, Message, Variant, headline, rfc3339


class AlertmanagerChannel:
    tells: frozenset[Kind] = EVERYTHING - {"acknowledge"}
    remembers = True
    groups = True

    def __init__(self, settings: config.Alertmanager, timeout: float) -> None:
        bearer = {"Authorization": f"Bearer {settings.token.get_secret_value()}"} if settings.token else None
        self._poster = Poster(settings.url.rstrip("/") + "/api/v2/alerts", timeout, bearer)
        self._labels = settings.labels
        self._hold = timedelta(seconds=settings.hold_seconds + settings.resend_seconds)
        self.resend_seconds: float | None = settings.resend_seconds

    def send(self, message: Message) -> str | None:
        self._poster.post(msgspec.json.encode(list(self._alerts(message))))
        return message.key

    def close(self) -> None:
        self._poster.close()

    def _alerts(self, message: Message) -> Iterator[dict[str, Any]]:
        """The alert as it is now, and the end of what it was before."""
        present = (message.severity, message.kind == "escalate", _rule(message))
        ended = set(message.earlier)
        if message.kind == "resolve":
            ended.add(present)
        else:
            # An escalation is an alert beside the page, so that a route of its own can wake somebody else.
            ended = {each for each in ended - {present} if not present[1] or each[1]}
            yield self._alert(message, present, message.sent_at + self._hold)
        for variant in sorted(ended):
            yield self._alert(message, variant, message.sent_at)

    def _alert(self, message: Message, variant: Variant, ends_at: datetime) -> dict[str, Any]:
        severity, escalated, rule = variant
        runbook = {"runbook_url": message.runbook} if message.runbook else {}
        facts = {name: str(value) for name, value in message.facts.items()}
        labels = {
            **self._labels,
            "alertname": "Veille" + "".join(part.capitalize() for part in rule.split("-")),
            "rule": rule,
            "incident": message.key,
            "severity": severity,
            "rota": message.rota,
            "kind": str(message.facts.get("kind", message.kind)),
            **({"escalated": "yes"} if escalated else {}),
        }
        return {
            "labels": labels,
            "annotations": {**facts, "summary": headline(message), "description": message.text, **runbook},
            "startsAt": min(str(message.facts.get("opened_at", message.when)), rfc3339(ends_at)),
            "endsAt": rfc3339(ends_at),
            "generatorURL": message.link,
        }


def _rule(message: Message) -> str:
    """The rule of its incident; what is about no incident is named after its kind."""
    return str(message.facts.get("rule", message.kind))
