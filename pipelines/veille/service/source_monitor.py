"""The state of the source, asked once a second from the ingest thread: a source belongs to one thread."""

import time
from collections.abc import Callable, Mapping

import structlog

from veille.events import Place
from veille.sources.base import Stream
from veille.sources.reasons import REASONS

log = structlog.get_logger(__name__)

MEASURE_SECONDS = 1.0


class SourceMonitor:
    """lag: messages still to read by partition; fault: what is wrong with the source, or None; lost: out of reach.

    left_out: records that are no message, by reason; a reason is told when it is met first.
    """

    def __init__(self, source: Stream, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._source = source
        self._monotonic = monotonic
        self._measured_at = -MEASURE_SECONDS
        self.lag: Mapping[Place, int] = {}
        self.fault: str | None = None
        self.lost = 0
        self.left_out: Mapping[str, int] = {}

    @property
    def lag_messages(self) -> int:
        return sum(self.lag.values())

    def measure(self) -> bool:
        """Ask, where a second has passed; whether it did."""
        now = self._monotonic()
        if now < self._measured_at + MEASURE_SECONDS:
            return False
        self._measured_at = now
        self.lag, self.fault, self.lost = self._source.lag(), self._source.fault, self._source.lost_messages
        known, self.left_out = self.left_out, dict(self._source.left_out)
        for reason in self.left_out.keys() - known.keys():
            log.info("records of the stream are left out", reason=REASONS.get(reason, reason))
        return True
