"""`veille replay`: history from files, then detection over it, then published in one go."""

import math
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from threading import Event
from types import TracebackType
from typing import Self

from veille.config import Settings
from veille.detection.history import Detected, detect_history
from veille.ingest.pipeline import Pipeline
from veille.ingest.pool import DecodePool
from veille.ingest.writer import Tally, Writer
from veille.service.assembly import open_folder
from veille.service.research import publish_research
from veille.sources.files import FileSource
from veille.stopping import Stop, checking
from veille.store.publish import Publisher
from veille.times import naive_now

DECODE_PROCESSES = 2
BULK = {"pending_batches": 20, "write_messages": 122_880, "batch_seconds": 60.0}
"""A transaction of a whole DuckDB row group is written straight to its place: 1.6 µs an event against 4.2."""
SMALL_BYTES = 8 << 20
"""Below this, starting worker processes costs more than it saves."""


class Replay:
    """Reads `source` to its end into the data folder of `settings`. A context manager; owns the folder while open."""

    def __init__(
        self, settings: Settings, source: FileSource, batch: int | None = None, stop: Stop = lambda: False
    ) -> None:
        """stop: asked often, in every part of the work; then StoppedError ends it, and what is done is kept."""
        self._stop = stop
        self._settings = settings
        self._source = source
        self._batch = batch
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        database, key, _ = self._stack.enter_context(open_folder(self._settings, "veille replay", create=True))
        ingest = self._settings.ingest.model_copy(update=BULK)
        if self._batch is not None:
            ingest = ingest.model_copy(update={"batch_messages": self._batch})
        processes = DECODE_PROCESSES if self._source.total_bytes > SMALL_BYTES and ingest.decode_processes else 0
        privacy = self._settings.privacy
        pool = DecodePool(key, privacy.vault_public_key, processes, ingest.earliest_event, privacy.tokens)
        self._stack.callback(pool.close)
        self._stack.callback(self._source.close)
        # Which files count for the watermark must not depend on how fast they are read: none is ever idle.
        self._pipeline = Pipeline(self._source, pool, Writer(database), ingest, idle_seconds=math.inf)
        self._database, self._key = database, key
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def tally(self) -> Tally:
        return self._pipeline.tally

    def steps(self) -> Iterator[Tally]:
        """Take everything in; yields the running tally."""
        never = Event()
        check_stop = checking(self._stop)
        while not self._source.exhausted:
            check_stop()
            self._pipeline.step(never)
            yield self.tally
        self._pipeline.drain(never)
        yield self.tally

    def detect(self, watch: Callable[[int], None] = lambda left: None) -> Detected:
        """Surges, clusters and incidents of what was read. Sends no page. watch: told how many grid points are left."""
        return detect_history(self._database, self._settings, watch, self._stop)

    def publish(self) -> None:
        """Make what was read and found visible: a bulk is published afresh, one file a day; a little is added."""
        publisher = Publisher(
            self._database.cursor(),
            self._settings.analyst,
            self._settings.publish,
            self._pipeline.watermark.value,
            checking(self._stop),
        )
        publisher.start(datetime.now(UTC))
        publisher.close()

    def publish_research(self) -> None:
        """Make the research catalogue of what is published, where the settings want one. Raises PublishError."""
        if self._settings.research.publish:
            publish_research(self._settings, self._key, naive_now())
