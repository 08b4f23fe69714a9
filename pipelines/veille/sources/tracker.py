"""Where each partition is read on, and what was missed: the same for every client."""

from collections.abc import Iterable, Mapping, Sequence

import structlog

from veille.events import EventType, Place, Position
from veille.sources.base import Change, Chunk, Positions, StreamChange

log = structlog.get_logger(__name__)

_SAID: Mapping[Change, str] = {
    "recreated": "the topic was deleted and recreated: it is read from its start, and events already stored count once",
    "cut": "the log was truncated or its topic recreated: it is read from its start, and events already stored count once",
    "retention": "messages lost: Kafka deleted them before they were read",
}
NO_LOG_ID = (
    "the broker does not support topic IDs (Kafka before 2.8): a topic recreated while Veille is down is detected only if "
    "its log is shorter or its leader epoch is older; upgrade the broker"
)


class Tracker:
    """Offsets of one source, used by one thread. `lost_messages` and `restarts` only grow; they feed metrics.

    lost_messages: at most so many were deleted by retention before they were read (compaction and transaction marks
    use up offsets too). restarts: partitions begun anew because their log no longer fits our position.
    """

    def __init__(self, topics: Mapping[str, EventType | None], positions: Positions) -> None:
        self._topics = topics
        self._positions = positions
        self._next: dict[Place, Position] = {}
        self._ends: dict[Place, int] = {}
        self._cut: set[Place] = set()
        self._changes: list[StreamChange] = []
        self._told_no_log_id = False
        self.lost_messages = 0
        self.restarts = 0

    def wanted(self, place: Place) -> Position | None:
        """What to read next. What was polled already counts: it is under way to the database."""
        following = self._next.get(place)
        return self._positions(place) if following is None else following

    def start(
        self, place: Place, earliest: int, end: int, log_id: str | None = None, leader_epoch: int | None = None
    ) -> Position:
        """Where to begin, given what the log holds: `[earliest, end)`. Says what does not fit.

        log_id: tells a topic from another of the same name that came after it; leader_epoch: the newest that the log may
        hold. Each is None where it is not known.
        """
        if log_id is None and not self._told_no_log_id:
            self._told_no_log_id = True
            log.warning(NO_LOG_ID)
        wanted = self.wanted(place)
        if wanted is None:
            start = Position(earliest, log_id)
        else:
            if leader_epoch is not None and wanted.leader_epoch is not None and leader_epoch < wanted.leader_epoch:
                self._cut.add(place)
            start = self._fit(place, wanted, earliest, end, log_id)
        self._cut.discard(place)
        self._next[place] = start
        self._ends[place] = end
        return start

    def _fit(self, place: Place, wanted: Position, earliest: int, end: int, log_id: str | None) -> Position:
        anew = Position(earliest, log_id)
        if None not in (log_id, wanted.log_id) and log_id != wanted.log_id:
            self._note(place, "recreated", wanted, anew, lost=earliest)
            return anew
        kept = Position(wanted.offset, log_id or wanted.log_id, wanted.leader_epoch)
        if wanted.offset > end or place in self._cut:
            self._note(place, "cut", wanted, anew)
            return anew
        if wanted.log_id is None and log_id is not None:
            self._changes.append(
                StreamChange(place=place, reason="adopted", log_id=log_id, wanted=wanted.offset, start=kept.offset)
            )
        if wanted.offset < earliest:
            self._note(place, "retention", wanted, anew, lost=earliest - wanted.offset)
            return anew
        return kept

    def _note(self, place: Place, reason: Change, wanted: Position, start: Position, lost: int = 0) -> None:
        self.lost_messages += lost
        self.restarts += reason != "retention"
        self._changes.append(
            StreamChange(
                place=place, reason=reason, log_id=start.log_id, wanted=wanted.offset, start=start.offset, lost=lost
            )
        )
        where = {"topic": place[0], "partition": place[1], "wanted": wanted.offset, "start": start.offset}
        log.warning(_SAID[reason], **where, lost=lost)

    def changes(self) -> list[StreamChange]:
        """See `Stream.changes`."""
        found, self._changes = self._changes, []
        return found

    def chunk(
        self,
        place: Place,
        messages: Sequence[bytes | None],
        positions: Sequence[int],
        leader_epoch: int | None = None,
    ) -> Chunk:
        """Messages of one partition as ingest wants them. leader_epoch: of the last of them; negative where not known."""
        before = self._next.get(place)
        epoch = None if leader_epoch is None or leader_epoch < 0 else leader_epoch
        chunk = Chunk(
            source=place[0],
            partition=place[1],
            event_type=self._topics[place[0]],
            messages=messages,
            positions=positions,
            log_id=before.log_id if before else None,
            leader_epoch=epoch,
        )
        self._next[place] = chunk.next_position
        return chunk

    def rewind(self, place: Place, position: Position | None) -> None:
        """The broker lost what came after `position`; None: it cannot say what it still holds of what was read.

        The next `start` goes on from there, or from the log's start.
        """
        wanted = self.wanted(place)
        if position is None or wanted is None:
            self._cut.add(place)
        else:
            self._next[place] = Position(position.offset, wanted.log_id, position.leader_epoch)

    def saw_end(self, place: Place, end: int) -> None:
        """The log of a partition reaches to `end`."""
        self._ends[place] = end

    def lag(self, assigned: Iterable[Place]) -> dict[Place, int]:
        """Messages not yet polled, of the partitions whose end is known."""
        known = [place for place in assigned if place in self._ends and place in self._next]
        return {place: max(0, self._ends[place] - self._next[place].offset) for place in known}
