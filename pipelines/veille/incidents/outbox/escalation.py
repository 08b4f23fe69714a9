"""Nobody acknowledged in time: page the next."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from veille.config import Rota
from veille.reasons import Reason, reason
from veille.store.database import Database


class Escalation:
    """Looks for paged incidents that nobody acknowledges; each is escalated at most `most` times."""

    def __init__(
        self, database: Database, rotas: Mapping[str, Rota], most: int, escalate: Callable[[str, Reason], object]
    ) -> None:
        """escalate(incident_id, reason) writes the transition and its message."""
        self._database = database
        self._rotas = rotas
        self._most = most
        self._escalate = escalate

    def turn(self, now: datetime) -> int:
        """Escalate what is due; returns how many. now: UTC without a zone. Raises StoreError."""
        due = [row for row in self._database.frame("outbox/unacknowledged").to_dicts() if self._due(row, now)]
        for row in due:
            minutes = self._minutes(row["rota"])
            self._escalate(row["incident_id"], reason("event.unacknowledged", minutes=minutes))
        return len(due)

    def _due(self, row: Mapping[str, object], now: datetime) -> bool:
        last, times = row["last_page_at"], row["escalations"]
        assert isinstance(last, datetime)
        assert isinstance(times, int)
        return times < self._most and now - last >= timedelta(minutes=self._minutes(row["rota"]))

    def _minutes(self, rota: object) -> float:
        return self._rotas.get(str(rota), Rota()).escalate_after_minutes
