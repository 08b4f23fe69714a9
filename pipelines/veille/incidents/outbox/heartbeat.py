"""A sign of life to an outside address, so that Veille's own death is noticed by somebody else."""

from collections.abc import Callable
from datetime import datetime, timedelta

import httpx
import structlog

log = structlog.get_logger(__name__)

FAILING_BEATS = 3


class Heartbeat:
    """Asks the address while the service is well. The address is a secret: no log and no error names it."""

    def __init__(self, url: str, seconds: float, timeout: float, alive: Callable[[], bool]) -> None:
        self._url = url
        self._every = timedelta(seconds=seconds)
        self._alive = alive
        self._client = httpx.Client(timeout=timeout, follow_redirects=False)
        self._next_at: datetime | None = None
        self._missed = 0

    @property
    def failing(self) -> bool:
        return self._missed >= FAILING_BEATS

    def turn(self, now: datetime) -> bool:
        """Whether a sign of life went out. now: UTC without a zone."""
        if self._next_at is not None and now < self._next_at:
            return False
        self._next_at = now + self._every
        if not self._alive():
            return False
        try:
            self._client.get(self._url).raise_for_status()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            self._missed += 1
            log.warning("the heartbeat was rejected", cause=type(error).__name__, missed=self._missed)
            return False
        self._missed = 0
        return True

    def close(self) -> None:
        self._client.close()
