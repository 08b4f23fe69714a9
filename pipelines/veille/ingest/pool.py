"""Decoding in worker processes, results in the order of submission; or in this process where none is asked for."""

import multiprocessing
from collections.abc import Collection, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import date, datetime
from functools import lru_cache

from veille.ingest.decode import EARLIEST_EVENT, Decoded, Decoder
from veille.privacy import Key
from veille.sources.base import Chunk
from veille.workers import begin_worker

_Arguments = tuple[Key, str | None, date, tuple[str, ...]]


class DecodePool:
    """`submit` a batch, then ask its future; `processes` = 0 decodes at once in the caller."""

    def __init__(
        self,
        key: Key,
        vault_public_key: str | None,
        processes: int,
        earliest: date = EARLIEST_EVENT,
        allowed_tokens: Collection[str] = (),
    ) -> None:
        self._arguments: _Arguments = (key, vault_public_key, earliest, tuple(allowed_tokens))
        self._processes = processes
        self._inline = Decoder(*self._arguments) if processes == 0 else None
        self._executor = self._start() if processes else None

    def submit(self, chunks: Sequence[Chunk], now: datetime) -> "Future[Decoded]":
        """Decode `chunks`; a worker that was killed is replaced and the call repeated."""
        if self._executor is None:
            done: Future[Decoded] = Future()
            assert self._inline is not None
            done.set_result(self._inline(chunks, now))
            return done
        try:
            return self._executor.submit(_decode, self._arguments, chunks, now)
        except BrokenProcessPool:
            self.restart()
            return self._executor.submit(_decode, self._arguments, chunks, now)

    def restart(self) -> None:
        """Replace dead workers; batches under way must be submitted again."""
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)
        self._executor = self._start()

    def close(self) -> None:
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)

    def _start(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self._processes,
            mp_context=multiprocessing.get_context("spawn"),  # the parent has threads: forking it could deadlock
            initializer=begin_worker,
        )


@lru_cache(maxsize=1)
def _decoder(arguments: _Arguments) -> Decoder:
    """The decoder of a worker process: what it compiles is kept from batch to batch."""
    return Decoder(*arguments)


def _decode(arguments: _Arguments, chunks: Sequence[Chunk], now: datetime) -> Decoded:
    return _decoder(arguments)(chunks, now)
