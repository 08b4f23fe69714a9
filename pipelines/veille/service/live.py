"""A simulated stream as a source: the demo needs no broker."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType

from veille.events import EventType, Place, Position
from veille.sources.base import Chunk, NeighbourSighting, StreamChange
from veille.times import aware_now

Arrival = tuple[datetime, EventType, list[bytes]]
SOURCE = "simulator"


class LiveSource:
    """Hands out simulated messages when the clock has reached them; never ahead of it.

    arrivals: (time, type, messages) in time order.
    """

    fault: str | None = None
    lost_messages = 0
    on_broker = False
    left_out: Mapping[str, int] = MappingProxyType({})

    def __init__(self, arrivals: Iterable[Arrival], clock: Callable[[], datetime] = aware_now) -> None:
        self._arrivals: Iterator[Arrival] = iter(arrivals)
        self._next: Arrival | None = next(self._arrivals, None)
        self._clock = clock
        self._position = 0

    def poll(self, max_messages: int, timeout: float) -> list[Chunk]:
        chunks: list[Chunk] = []
        now = self._clock()
        while self._next is not None and self._next[0] <= now:
            _, event_type, messages = self._next
            positions = range(self._position + 1, self._position + 1 + len(messages))
            self._position += len(messages)
            if messages:
                chunks.append(
                    Chunk(source=SOURCE, partition=-1, event_type=event_type, messages=messages, positions=positions)
                )
            self._next = next(self._arrivals, None)
        if not chunks and timeout > 0:
            time.sleep(timeout)
        return chunks

    def commit(self, positions: Mapping[Place, Position]) -> None:
        """A simulation keeps no position."""

    def changes(self) -> list[StreamChange]:
        return []

    def sighting(self) -> NeighbourSighting:
        """Nobody else reads a simulation."""
        return NeighbourSighting()

    def lag(self) -> Mapping[Place, int]:
        return {}

    def close(self) -> None:
        pass
