"""Publishing and compaction of a running service, and how long the newest batches have waited to be published."""

import time
from collections import deque
from contextlib import suppress
from datetime import UTC, datetime

from veille.config import Settings
from veille.ingest.watermark import Watermark
from veille.service.metrics import Metrics
from veille.stopping import Stop, StoppedError, checking
from veille.store.database import Database
from veille.store.publish import Compactor, Publisher

COMPACT_BURST_SECONDS = 60.0


class Publishing:
    """The steps of the loops `publish` and `compact`."""

    def __init__(
        self, settings: Settings, database: Database, metrics: Metrics, watermark: Watermark, stop: Stop
    ) -> None:
        """stop: whether the service is to stop."""
        self._metrics = metrics
        self._stop = stop
        self.publisher = Publisher(
            database.cursor(), settings.analyst, settings.publish, watermark.value, checking(stop)
        )
        self._compactor: Compactor | None = None
        self._unpublished: deque[tuple[int, float]] = deque()

    def committed(self, batch: int) -> None:
        """A batch is to be published from now on."""
        self._unpublished.append((batch, time.monotonic()))

    def publish(self) -> None:
        """Publish what was committed. A stop ends it early; the next start publishes the rest."""
        started = time.monotonic()
        try:
            published = self.publisher.publish(datetime.now(UTC))
        except StoppedError:
            return
        done = time.monotonic()
        if published.wrote_catalogue:
            self._metrics.publish_seconds.observe(done - started)
        while self._unpublished and self._unpublished[0][0] <= self.publisher.published_batch:
            self._metrics.freshness.observe(done - self._unpublished.popleft()[1])

    def compact(self) -> None:
        """Merge segments for a minute at most."""
        if self._compactor is None:
            self._compactor = Compactor(self.publisher)
        ends = time.monotonic() + COMPACT_BURST_SECONDS
        while not self._stop() and time.monotonic() < ends and self._compactor.step(datetime.now(UTC)):
            pass

    def waiting_seconds(self) -> float | None:
        """How long the oldest unpublished batch has waited; None where there is none."""
        with suppress(IndexError):  # published in this moment
            return time.monotonic() - self._unpublished[0][1]
        return None

    def close(self) -> None:
        if self._compactor is not None:
            self._compactor.close()
        self.publisher.close()
