"""Saying that something is awaited: once, then ever more rarely, and once more when it is over."""

import time
from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)

FIRST_REMINDER_SECONDS = 10.0
LONGEST_REMINDER_SECONDS = 600.0


class AwaitedResource:
    """One thing that may be missing for a while, such as the broker.

    reason: what is awaited now; None while nothing is.
    """

    def __init__(self, over: str, clock: Callable[[], float] = time.monotonic) -> None:
        """over: what the log says once it is there."""
        self.reason: str | None = None
        self._over = over
        self._clock = clock
        self._since = self._next = 0.0
        self._interval = FIRST_REMINDER_SECONDS

    def because(self, reason: str) -> None:
        """It is missing: log at once, then after 10 s, 20 s, 40 s … at most every 10 minutes."""
        now = self._clock()
        if self.reason is None:
            self._since, self._next, self._interval = now, now, FIRST_REMINDER_SECONDS
        self.reason = reason
        if now >= self._next:
            log.warning(reason, waited_seconds=round(now - self._since, 1))
            self._next = now + self._interval
            self._interval = min(2 * self._interval, LONGEST_REMINDER_SECONDS)

    def is_over(self) -> None:
        """It is there (again)."""
        if self.reason is not None:
            log.info(self._over, waited_seconds=round(self._clock() - self._since, 1))
        self.reason = None
