"""Chunks that wait to be polled. A place whose records are all no message still moves on, from time to time."""

import time
from collections import deque
from collections.abc import Callable, Iterable

from veille.events import Place
from veille.sources.base import Chunk

SETTLED_SECONDS = 5.0
"""A position that only records without a message have moved is handed out so often: each makes a transaction."""


class ChunkQueue:
    """Chunks in their order; one without messages is kept back, by place, until it is time or the place has messages."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._ready: deque[Chunk] = deque()
        self._silent: dict[Place, Chunk] = {}
        self._settled_at = monotonic()

    @property
    def messages(self) -> int:
        return sum(len(chunk.messages) for chunk in self._ready)

    def put(self, chunks: Iterable[Chunk]) -> None:
        for chunk in chunks:
            if chunk.messages:
                self._silent.pop(chunk.place, None)
                self._ready.append(chunk)
            else:
                self._silent[chunk.place] = chunk

    def take(self, most: int) -> list[Chunk]:
        """Chunks with at most so many messages."""
        found: list[Chunk] = []
        while self._ready and most > 0:
            chunk = self._ready.popleft()
            if len(chunk.messages) > most:
                self._ready.appendleft(chunk[most:])
                chunk = chunk[:most]
            most -= len(chunk.messages)
            found.append(chunk)
        now = self._monotonic()
        if self._silent and not self._ready and now - self._settled_at > SETTLED_SECONDS:
            self._settled_at = now
            found += self._silent.values()
            self._silent.clear()
        return found
