"""Reads a source as ingest does, and keeps positions as the database does."""

import time
from collections import defaultdict
from collections.abc import Callable

from veille.events import EventType, Place, Position
from veille.sources.base import Chunk, Source

LONGEST_SECONDS = 40.0


class Collected:
    """What was read, by partition; `positions` stands for the database and outlives sources."""

    def __init__(self) -> None:
        self.positions: dict[Place, Position] = {}
        self.messages: dict[Place, list[bytes | None]] = defaultdict(list)
        self.offsets: dict[Place, list[int]] = defaultdict(list)
        self.types: dict[str, EventType | None] = {}

    def take(self, chunks: list[Chunk]) -> None:
        for chunk in chunks:
            assert len(chunk.messages) == len(chunk.positions)
            self.messages[chunk.place] += chunk.messages
            self.types[chunk.source] = chunk.event_type
            self.offsets[chunk.place] += chunk.positions
            self.positions[chunk.place] = chunk.next_position

    @property
    def count(self) -> int:
        return sum(map(len, self.messages.values()))

    def all(self) -> list[bytes | None]:
        return [message for messages in self.messages.values() for message in messages]


def read_until(
    source: Source, collected: Collected, done: Callable[[], bool], most: int = 1000, timeout: float = 0.1
) -> None:
    """Poll until `done`; fails when that takes too long."""
    deadline = time.monotonic() + LONGEST_SECONDS
    while not done():
        assert time.monotonic() < deadline, f"not in time: {collected.count} read, fault {source.fault}"
        chunks = source.poll(most, timeout)
        assert sum(len(chunk.messages) for chunk in chunks) <= most
        collected.take(chunks)
        source.commit({chunk.place: chunk.next_position for chunk in chunks})


def read(source: Source, collected: Collected, count: int) -> None:
    """Poll until `count` messages are there in all."""
    read_until(source, collected, lambda: collected.count >= count)
