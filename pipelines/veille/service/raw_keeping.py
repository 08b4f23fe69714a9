"""Raw messages on Kafka: kept no longer than `[kafka] raw_hours`, and a fault while unread ones grow old there."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import structlog

from veille.config import Kafka
from veille.events import Place, Position
from veille.sources.base import SourceError
from veille.sources.retention import Retention, lower_retention, old_unread
from veille.sources.topics import NotYetError

log = structlog.get_logger(__name__)

LOOK_SECONDS = 60.0
LOWER_SECONDS = 3600.0
"""A topic may be made anew with the broker's default meanwhile."""


class RawKeeping:
    """`turn` is called by one thread; `old_unread` may be read from any."""

    def __init__(
        self,
        settings: Kafka | None,
        positions: Callable[[], Mapping[Place, Position]],
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """settings: None where the stream is none of Kafka's. positions: of the database."""
        self._settings, self._positions, self._monotonic = settings, positions, monotonic
        self._lower_at = self._look_at = monotonic()
        self._told: frozenset[Retention] = frozenset()
        self.old_unread: tuple[str, ...] = ()

    def turn(self) -> None:
        """Ask the broker where it is time. A broker that does not answer, or may not tell, is asked again later."""
        now, settings = self._monotonic(), self._settings
        if settings is None or now < self._look_at:
            return
        self._look_at = now + LOOK_SECONDS
        try:
            if now >= self._lower_at:
                self._say(lower_retention(settings))
                self._lower_at = now + LOWER_SECONDS
            offsets = {place: position.offset for place, position in self._positions().items()}
            self.old_unread = tuple(old_unread(settings, offsets, datetime.now(UTC)))
        except NotYetError:
            return
        except SourceError as error:
            self._lower_at = now + LOWER_SECONDS
            log.warning("the broker does not report the retention of raw messages", reason=str(error))

    def _say(self, found: list[Retention]) -> None:
        for each in sorted(set(found) - self._told, key=lambda one: one.topic):
            if each.refused is None:
                log.info("retention of raw messages lowered", topic=each.topic, hours=each.hours)
            else:
                log.warning(
                    "retention of raw messages is longer than kafka.raw_hours: the broker refused the change",
                    topic=each.topic,
                    hours=each.hours,
                    reason=each.refused,
                )
        self._told = frozenset(found)
