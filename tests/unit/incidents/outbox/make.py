"""An outbox in a database of its own, a receiver that can be away, and a clock that tests move."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from veille.config import DeliverySettings, Rota, Store
from veille.incidents.channels import DeliveryRefusedError, Kind, Message, UndeliveredError
from veille.incidents.channels.base import EVERYTHING
from veille.incidents.outbox import Sender
from veille.privacy import Key
from veille.store.database import Database

NOON = datetime(2026, 1, 9, 12)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


class Receiver:
    """Keeps what it gets; `away` makes it fail, `refuses` makes it refuse."""

    def __init__(self, *, remembers: bool = True, groups: bool = False, resend: float | None = None) -> None:
        self.tells: frozenset[Kind] = EVERYTHING
        self.resend_seconds = resend
        self.remembers = remembers
        self.groups = groups
        self.got: list[Message] = []
        self.tried = 0
        self.away = False
        self.maybe = False
        self.refuses = False

    def send(self, message: Message) -> str | None:
        self.tried += 1
        if self.refuses:
            raise DeliveryRefusedError("refused with 400")
        if self.away:
            if self.maybe:
                self.got.append(message)
            raise UndeliveredError("cannot be reached", maybe_delivered=self.maybe)
        self.got.append(message)
        return None

    def close(self) -> None:
        pass

    @property
    def heard(self) -> list[tuple[str, str]]:
        return [(message.kind, message.key) for message in self.got]


class Bench:
    """Everything together: `say` writes what is to be sent, `pass_time` lets delivery take its turns."""

    def __init__(
        self, rota: Rota | None = None, settings: DeliverySettings | None = None, **channels: Receiver
    ) -> None:
        self.database = Database(None, Store(reserve_mib=0), Key(bytes(32)))
        self.clock = Clock()
        self.channels = channels
        self.rotas = {"abuse": rota or Rota(channels=tuple(channels))}
        self.settings = settings or DeliverySettings()
        self.sender = self.start()

    def start(self) -> Sender:
        """As a process that starts anew on the same database."""
        self.sender = Sender(self.database, self.channels, self.rotas, self.settings, self.clock, uniform=lambda: 0.999)
        self.sender.start()
        return self.sender

    def say(self, kind: str, incident: str, number: int = 1, **fields: Any) -> str:
        payload = {"title": f"Surge about {incident}", "summary": "20 requests by 12 accounts", "incident": incident}
        severity = fields.pop("severity", "critical")
        row = [
            f"{incident}-{number}-{kind}", self.clock.now, incident, number, f"veille-{incident}", kind, severity, "abuse",
            json.dumps(payload | fields), self.clock.now,
        ]  # fmt: skip
        self.database.cursor().execute(f"INSERT INTO outbox VALUES ({', '.join('?' * len(row))})", row)
        return str(row[0])

    def turns(self, names: Sequence[str] | None = None) -> int:
        return sum(self.sender.turn(name) for name in names or self.channels)

    def pass_time(self, seconds: float, step: float = 1.0) -> None:
        """Turns every `step` seconds."""
        end = self.clock.now + timedelta(seconds=seconds)
        while self.clock.now < end:
            self.turns()
            self.clock.forward(seconds=step)

    def outcomes(self, channel: str) -> dict[str, str]:
        rows = self.database.cursor().execute(
            "SELECT intent_id, arg_max(outcome, (attempt, outcome <> 'sending')) FROM deliveries "
            "WHERE channel = ? AND intent_id <> '' GROUP BY ALL",
            [channel],
        )
        return dict(rows.fetchall())
