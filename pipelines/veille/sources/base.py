"""What ingest asks of a source: chunks of raw messages with their places, in the order of each partition."""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, Protocol

from veille.errors import VeilleError
from veille.events import EventType, FolderId, Place, Position
from veille.sources.aliases import SeenAlias


class SourceError(VeilleError):
    """A source cannot be read: the message is one line and names the cause and the cure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Raw messages of one partition or file, in its order.

    positions: one per message; Kafka offsets or line numbers (from 1). event_type: None where each message names
    its own in `event_type`. lax: values are strings to be converted (CSV). log_id, leader_epoch: as in Position.
    after: where to go on reading, where that is not just after the last message: records that are no message come after
    it. reached: event time (UTC) that its records have reached, those that are no message included. aliases: numbers and
    handles of people that its records show together; there may be some without any message.
    """

    source: str
    partition: int
    event_type: EventType | None
    messages: Sequence[bytes | None]
    positions: Sequence[int]
    lax: bool = False
    log_id: str | None = None
    leader_epoch: int | None = None
    after: int | None = None
    reached: datetime | None = None
    aliases: tuple[SeenAlias, ...] = ()

    def __getitem__(self, part: slice) -> "Chunk":
        """Some of its messages, with their positions. Aliases and what comes after the last message belong to the part that has it."""
        messages, positions = self.messages[part], self.positions[part]
        if part.indices(len(self.messages))[1] == len(self.messages):
            return replace(self, messages=messages, positions=positions)
        return replace(self, messages=messages, positions=positions, after=None, reached=None, aliases=())

    @property
    def place(self) -> Place:
        return (self.source, self.partition)

    @property
    def next_position(self) -> Position:
        """Where to go on reading once this chunk is committed."""
        after = self.positions[-1] + 1 if self.after is None else self.after
        return Position(after, self.log_id, self.leader_epoch)


Positions = Callable[[Place], Position | None]
"""Where the database goes on reading a partition; None where it holds nothing of it."""

Change = Literal["adopted", "recreated", "cut", "retention"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamChange:
    """Something about a partition's log that did not fit the position of the database.

    reason: adopted (the position had no topic id yet, and takes the present one), recreated (another topic of the same
    name), cut (the log ends before the position, or no longer holds what was read), retention (the log begins after the
    position). wanted, start: offsets that we asked for and begin at. lost: messages that were gone before they were read,
    at most.
    """

    place: Place
    reason: Change
    log_id: str | None
    wanted: int
    start: int
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another data folder that reads the same topics under the same kafka.group_id. seen_at: its latest sign (UTC)."""

    folder_id: str
    born_at: datetime
    run: str
    seen_at: datetime

    @property
    def short(self) -> str:
        return self.folder_id[:8]


@dataclass(frozen=True, slots=True)
class NeighbourSighting:
    """Who else reads the topics. complete: False where the broker does not let us list groups, so that others may be hidden."""

    others: tuple[Neighbour, ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Start:
    """What a stream begins with: where to go on reading, and for which folder."""

    positions: Positions
    folder: FolderId


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

    def commit(self, positions: Mapping[Place, Position]) -> None:
        """Tell the outside (lag tools) what the database already holds. Best effort; never blocks for long."""
        ...

    def lag(self) -> Mapping[Place, int]:
        """Messages between the last polled position and the end of each assigned partition, as last known."""
        ...

    def close(self) -> None:
        """Release sockets; never raises."""
        ...


class Stream(Source, Protocol):
    """A source that goes on for ever: what a service reads."""

    on_broker: bool
    """Whether it is read from Kafka."""

    @property
    def left_out(self) -> Mapping[str, int]:
        """Records that are no message so far, by reason (`reasons`)."""
        ...

    def changes(self) -> list[StreamChange]:
        """What did not fit since the last call."""
        ...

    def sighting(self) -> NeighbourSighting | None:
        """Who else reads the same topics; None where nobody can be asked now. May be called from any thread."""
        ...


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    """Decoding makes many objects and no cycles: scanning them costs a third of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
