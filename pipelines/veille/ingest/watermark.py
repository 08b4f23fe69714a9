"""The event time that every partition has passed; idle partitions are excused."""

from collections.abc import Callable, Mapping
from datetime import datetime

from veille.events import Place


class Watermark:
    """Follows the newest event time of each partition. Never goes back; None before the first event."""

    def __init__(self, idle_seconds: float, monotonic: Callable[[], float]) -> None:
        self._idle_seconds = idle_seconds
        self._monotonic = monotonic
        self._newest: dict[Place, datetime] = {}
        self._heard: dict[Place, float] = {}
        self._value: datetime | None = None

    def observe(self, newest: Mapping[Place, datetime]) -> None:
        """Newest event times (UTC) of one committed batch."""
        now = self._monotonic()
        for place, at in newest.items():
            self._newest[place] = max(at, self._newest.get(place, at))
            self._heard[place] = now

    def value(self) -> datetime | None:
        """The least newest time of partitions heard in the last `idle_seconds`; the greatest of all where none was."""
        if not self._newest:
            return self._value
        since = self._monotonic() - self._idle_seconds
        awake = [self._newest[place] for place, heard in self._heard.items() if heard >= since]
        reached = min(awake) if awake else max(self._newest.values())
        self._value = reached if self._value is None else max(self._value, reached)
        return self._value

    def newest(self) -> datetime | None:
        """The newest event time of all partitions; None before the first event."""
        return max(self._newest.values(), default=None)
