"""Whether detection is working through events that came as history, or that waited during an outage. Pure."""

from datetime import datetime, timedelta

from veille.service.lag import LagTrend

OLD = timedelta(hours=1)
"""A stream whose newest events are older than this brings history, or what waited."""


class CatchingUp:
    """Begins with the service, and where a stream that was old moves on; ends when everything that came is decided.

    Event times are UTC without a zone.
    """

    def __init__(self) -> None:
        self._active = True
        self._trend = LagTrend()

    def note(self, reached: datetime, decided: datetime, *, late: bool, now: datetime, monotonic: float) -> None:
        """Where the events and the decisions are. late: whether something waits to be decided. monotonic: seconds."""
        self._active = self.active(reached, late=late, now=now) or now - reached > OLD
        self._trend.add(monotonic, max(0, int((now - decided).total_seconds())))

    def active(self, reached: datetime, *, late: bool, now: datetime) -> bool:
        """Whether it is so now."""
        return late and (self._active or now - reached > OLD)

    def standing_seconds(self, monotonic: float) -> float:
        """For how long what is decided has not come nearer to the wall clock."""
        return self._trend.growing_seconds(monotonic, 0) or 0.0
