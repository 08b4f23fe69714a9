"""The ingest loop: gather a batch, decode it, write it; a bounded number of batches is under way at any time."""

import itertools
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import structlog

from veille.config import Ingest
from veille.errors import VeilleError
from veille.events import Place, Position
from veille.ingest.decode import Decoded, merge
from veille.ingest.pool import DecodePool
from veille.ingest.watermark import Watermark
from veille.ingest.writer import Tally, Writer
from veille.sources.base import Chunk, Source
from veille.store.errors import StoreError, StoreFullError
from veille.times import aware_now

T = TypeVar("T")

log = structlog.get_logger(__name__)

POLL_SECONDS = 0.05
RETRY_SECONDS = 2.0
MAX_POOL_RESTARTS = 3


class IngestError(VeilleError):
    """Ingest cannot go on: one line with cause and cure."""


@dataclass(slots=True)
class _UnderWay:
    chunks: list[Chunk]
    future: "Future[Decoded]"
    restarts: int = 0

    @property
    def messages(self) -> int:
        return sum(len(chunk.messages) for chunk in self.chunks)

    def positions(self) -> dict[Place, Position]:
        """Next positions of Kafka partitions; files (partition -1) keep none, their event ids do."""
        return {chunk.place: chunk.next_position for chunk in self.chunks if chunk.partition >= 0}


class Pipeline:
    """Moves messages from a source into the database. `step` and `drain` are called from one thread.

    Memory is bounded: while `pending_batches` batches are under way the source is not polled.
    """

    def __init__(
        self,
        source: Source,
        pool: DecodePool,
        writer: Writer,
        settings: Ingest,
        *,
        clock: Callable[[], datetime] = aware_now,
        on_commit: Callable[[Tally], None] = lambda tally: None,
        idle_seconds: float = 30.0,
    ) -> None:
        self._source = source
        self._pool = pool
        self._writer = writer
        self._settings = settings
        self._clock = clock
        self._on_commit = on_commit
        self._under_way: deque[_UnderWay] = deque()
        self.watermark = Watermark(idle_seconds, time.monotonic)
        self._calls: queue.SimpleQueue[tuple[Callable[[], Any], Future[Any]]] = queue.SimpleQueue()
        self.tally = Tally()
        self.heartbeat = time.monotonic()
        """When the loop last turned; it also beats while it waits for room."""
        self.blocked: str | None = None
        """Why nothing can be written at the moment; None while all is well."""

    def call(self, work: Callable[[], T]) -> "Future[T]":
        """Have the ingest thread run `work` between two batches: it is the only one that writes events."""
        future: Future[T] = Future()
        self._calls.put((work, future))
        return future

    def step(self, stop: threading.Event) -> bool:
        """Poll once and write what is decoded; False where there was nothing to do."""
        self.heartbeat = time.monotonic()
        self._run_calls()
        chunks = self._gather(stop)
        if chunks:
            self._under_way.append(_UnderWay(chunks, self._pool.submit(chunks, self._clock())))
        full = len(self._under_way) >= self._settings.pending_batches
        if full:  # few large transactions cost less than many small ones
            wait([self._under_way[len(self._under_way) // 2].future])
        if self._under_way and (full or not chunks or self._decoded_messages() >= self._settings.write_messages):
            self._write(stop)
        return bool(chunks)

    def drain(self, stop: threading.Event) -> None:
        """Write everything that was polled."""
        while self._under_way:
            self._write(stop)

    def _run_calls(self) -> None:
        while not self._calls.empty():
            work, future = self._calls.get()
            try:
                future.set_result(work())
            except Exception as error:  # noqa: BLE001  whoever asked gets it
                future.set_exception(error)

    def _gather(self, stop: threading.Event) -> list[Chunk]:
        """Messages until the batch is full or its time is over; waits at most a poll for the first."""
        chunks: list[Chunk] = []
        count, deadline, timeout = 0, 0.0, POLL_SECONDS
        while count < self._settings.batch_messages and not stop.is_set():
            polled = self._source.poll(self._settings.batch_messages - count, timeout)
            if not polled and not chunks:
                return []
            if polled and not chunks:
                deadline = time.monotonic() + self._settings.batch_seconds
            chunks += polled
            count += sum(len(chunk.messages) for chunk in polled)
            timeout = deadline - time.monotonic()
            if timeout <= 0 or (not polled and getattr(self._source, "exhausted", False)):
                break
        return chunks

    def _decoded_messages(self) -> int:
        """Messages of the oldest batches that are decoded and wait to be written."""
        done = itertools.takewhile(lambda batch: batch.future.done(), self._under_way)
        return sum(batch.messages for batch in done)

    def _write(self, stop: threading.Event) -> None:
        """Write the oldest batch, and with it in one transaction those after it that are decoded already."""
        parts, positions = [self._decoded(self._under_way[0])], self._under_way[0].positions()
        for batch in itertools.islice(self._under_way, 1, None):
            if not batch.future.done():
                break
            parts.append(self._decoded(batch))
            positions |= batch.positions()
        decoded = merge(parts)
        while True:
            try:
                tally = self._writer.write(decoded, positions, self._clock())
                break
            except StoreFullError as error:
                self._wait_for_room(error, stop)
        if self.blocked is not None:
            log.info("ingest resumes: there is free disk space again")
        self.blocked = None
        for _ in parts:
            self._under_way.popleft()
        self.tally += tally
        self._source.commit(positions)
        self.watermark.observe(decoded.newest)
        self._on_commit(tally)

    def _wait_for_room(self, error: StoreError, stop: threading.Event) -> None:
        """Nothing was lost: the batch stays in hand (Kafka keeps it too) until there is room or we are told to stop."""
        if self.blocked is None:
            log.error("ingest waits", cause=str(error))
        self.blocked = str(error)
        self.heartbeat = time.monotonic()
        if stop.wait(RETRY_SECONDS):
            raise error

    def _decoded(self, batch: _UnderWay) -> Decoded:
        while True:
            try:
                return batch.future.result()
            except BrokenProcessPool:
                if batch.restarts >= MAX_POOL_RESTARTS:
                    raise IngestError(
                        "the decoding processes keep dying (out of memory?)",
                        (
                            "free memory, or decode in this process with "
                            "VEILLE_INGEST__DECODE_PROCESSES=0; nothing was lost"
                        ),
                    ) from None
                batch.restarts += 1
                log.warning("a decoding process died and is replaced", batches=len(self._under_way))
                self._pool.restart()
                for waiting in self._under_way:
                    waiting.future = self._pool.submit(waiting.chunks, self._clock())
