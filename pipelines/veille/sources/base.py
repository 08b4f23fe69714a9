"""What ingest asks of a source: chunks of raw messages with their places, in the order of each partition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from veille.events import EventType, Place


class SourceError(Exception):
    """A source cannot be read: the message is one line and names the cause and the cure."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Raw messages of one partition or file, in its order.

    positions: one per message; Kafka offsets or line numbers (from 1). event_type: None where each message names
    its own in `event_type`. lax: values are strings to be converted (CSV).
    """

    source: str
    partition: int
    event_type: EventType | None
    messages: Sequence[bytes | None]
    positions: Sequence[int]
    lax: bool = False

    def __getitem__(self, part: slice) -> "Chunk":
        """Some of its messages, with their positions."""
        return replace(self, messages=self.messages[part], positions=self.positions[part])

    @property
    def place(self) -> Place:
        return (self.source, self.partition)

    @property
    def next_position(self) -> int:
        """Where to go on reading once this chunk is committed."""
        return self.positions[-1] + 1


class Source(Protocol):
    """A stream of chunks. Calls come from one thread; none raises for an outage that may pass."""

    @property
    def fault(self) -> str | None:
        """Why nothing comes at the moment, in one line; None while all is well."""
        ...

    @property
    def lost_messages(self) -> int:
        """Messages that were gone before they could be read, as far as known; only grows."""
        ...

    def poll(self, max_messages: int, timeout: float) -> list[Chunk]:
        """At most `max_messages` new messages; waits up to `timeout` seconds for the first. Empty: nothing came."""
        ...

    def commit(self, positions: Mapping[Place, int]) -> None:
        """Tell the outside (lag tools) what the database already holds. Best effort; never blocks for long."""
        ...

    def lag(self) -> Mapping[Place, int]:
        """Messages between the last polled position and the end of each assigned partition, as last known."""
        ...

    def close(self) -> None:
        """Leave the group and release sockets; never raises."""
        ...
