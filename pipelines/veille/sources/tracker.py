"""Where each partition is read on, and what was missed: the same for every client."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

import structlog

from veille.events import EventType, Place
from veille.sources.base import Chunk

log = structlog.get_logger(__name__)

Positions = Callable[[Place], int | None]
"""The next offset that the database asks for; None where it holds nothing of that partition."""


class Tracker:
    """Offsets of one source. `lost_messages` and `restarts` only grow; they feed metrics.

    lost_messages: at most so many were deleted by retention before they were read (compaction and transaction marks
    use up offsets too). restarts: partitions begun anew because their log no longer fits our position.
    """

    def __init__(self, topics: Mapping[str, EventType], positions: Positions) -> None:
        self._topics = topics
        self._positions = positions
        self._next: dict[Place, int] = {}
        self._ends: dict[Place, int] = {}
        self._logs: dict[Place, Hashable] = {}
        self.lost_messages = 0
        self.restarts = 0

    def wanted(self, place: Place) -> int | None:
        """The next offset to read. What was polled already counts: it is under way to the database."""
        following = self._next.get(place)
        return self._positions(place) if following is None else following

    def start(self, place: Place, earliest: int, end: int, log_id: Hashable = None) -> int:
        """The offset to begin at, given what the log holds: `[earliest, end)`. Says what does not fit.

        log_id: tells a topic from another of the same name that came after it; None where that is not known.
        """
        recreated = None not in (log_id, self._logs.get(place)) and log_id != self._logs[place]
        self._logs[place] = log_id
        wanted = self.wanted(place)
        start = earliest if wanted is None else self._fit(place, wanted, earliest, end, recreated=recreated)
        self._next[place] = start
        self._ends[place] = end
        return start

    def _fit(self, place: Place, wanted: int, earliest: int, end: int, *, recreated: bool) -> int:
        where = {"topic": place[0], "partition": place[1], "wanted": wanted, "earliest": earliest, "end": end}
        if recreated or wanted > end:
            self.restarts += 1
            log.warning("the topic was recreated or its log cut short: it is read anew from its start", **where)
            return earliest
        if wanted < earliest:
            self.lost_messages += earliest - wanted
            log.warning("messages lost: retention deleted them before they were read", lost=earliest - wanted, **where)
            return earliest
        return wanted

    def chunk(self, place: Place, messages: Sequence[bytes | None], positions: Sequence[int]) -> Chunk:
        """Messages of one partition as ingest wants them."""
        self._next[place] = positions[-1] + 1
        return Chunk(place[0], place[1], self._topics[place[0]], messages, positions)

    def rewind(self, place: Place, position: int) -> None:
        """The broker lost what came after `position`: read on from there."""
        self._next[place] = position

    def saw_end(self, place: Place, end: int) -> None:
        """The log of a partition reaches to `end`."""
        self._ends[place] = end

    def lag(self, assigned: Iterable[Place]) -> dict[Place, int]:
        """Messages not yet polled, of the partitions whose end is known."""
        known = [place for place in assigned if place in self._ends and place in self._next]
        return {place: max(0, self._ends[place] - self._next[place]) for place in known}
