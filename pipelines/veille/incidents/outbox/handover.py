"""What a shift leaves to the next, told once when it ends."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from veille.reasons import Reason, reason
from veille.store.database import Database

ROTA = "handover"
"""Whom it goes to is a rota of its own in delivery: the channels of `handover_to`."""
LATE = timedelta(hours=1)
"""A service that starts later than this after a shift's end leaves it: the next has long begun."""


class Handover:
    """Writes one message to the outbox at the end of each shift in which something happened or is still open."""

    def __init__(
        self,
        database: Database,
        shift: Callable[[datetime], datetime],
        summarise: Callable[[datetime, datetime], Mapping[str, Any]],
    ) -> None:
        """shift(at): when the shift that holds a time began. summarise(since, until): as IncidentService.handover."""
        self._database = database
        self._shift = shift
        self._summarise = summarise
        self._told: datetime | None = None

    def turn(self, now: datetime) -> bool:
        """Whether one was due. now: UTC without a zone. Raises StoreError."""
        ended = self._shift(now)
        if self._told == ended or now - ended > LATE:
            return False
        began = self._shift(ended - timedelta(microseconds=1))
        lines = _lines(self._summarise(began, ended))
        self._told = ended
        if not lines:
            return False
        key = f"veille-handover-{ended:%Y%m%dT%H%M}"
        payload = {
            "title": reason("message.handover", until=f"{ended:%Y-%m-%d %H:%M}").as_dict(),
            "summary": reason("message.handover_open", since=f"{began:%H:%M}", until=f"{ended:%H:%M}").as_dict(),
            "lines": [line.as_dict() for line in lines],
            "path": "/incidents",
        }
        self._database.execute(
            "outbox/add_intent",
            intent_id=hashlib.sha256(key.encode()).hexdigest()[:32],
            created_at=now,
            key=key,
            kind="digest",
            severity="info",
            rota=ROTA,
            payload=json.dumps(payload),
        )
        return True


def _lines(found: Mapping[str, Any]) -> list[Reason]:
    """Counts of each rota, and what is open; minor flags as counts only. Nothing where nothing happened and nothing is open."""
    lines: list[Reason] = []
    for rota, counts in found["rotas"].items():
        numbers = [
            reason("message.handover_count", count=number, what=name).as_dict()
            for name, number in counts.items()
            if name != "incidents" and number
        ]
        if numbers:
            lines.append(reason("message.handover_rota", rota=rota, counts=numbers))
        lines += [_open(each) for each in counts.get("incidents", ())]
    return lines


def _open(row: Mapping[str, Any]) -> Reason:
    """row: an incident as `summarise` lists it."""
    return reason(
        "message.incident_open",
        incident=row["incident"],
        severity=row["severity"],
        state=row["state"],
        title=row["title_code"] or row["title"],
    )
