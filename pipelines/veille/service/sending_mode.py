"""Whether this service may send anything outside, and which other data folders read the same topics.

Two folders may read one feed: a staging instance, or a restored copy beside production. Both detect and show; only the
older one sends, so that nobody is paged twice. The younger one starts quiet and stays so until a person says otherwise.
"""

import time
from collections.abc import Callable
from datetime import datetime
from threading import Lock

import structlog

from veille.config import Settings
from veille.events import FolderId
from veille.sources.base import Neighbour, NeighbourSighting
from veille.sources.cures import GRANT_GROUPS
from veille.sources.membership import RECENT
from veille.store.database import Database
from veille.store.identity import take_identity
from veille.store.modes import Mode, Modes, Reason, ServiceMode
from veille.times import aware_now, naive

log = structlog.get_logger(__name__)

LOOK_SECONDS = 60.0
"""How often the groups are looked at …"""
FIRST_SECONDS = 2.0
"""… and how often while it is not decided whether to send."""
PATIENCE_SECONDS = 10.0
"""A folder that was alone before waits so long for the broker's answer: then it sends, for a broker that is away is news."""
START_SECONDS = 180.0
"""An older folder that shows in this time was there at the start."""


class SendingMode:
    """The mode of one service. `turn` is called by one thread; everything else may be asked from any."""

    def __init__(
        self,
        modes: Modes,
        folder: FolderId,
        look: Callable[[], NeighbourSighting | None],
        *,
        clock: Callable[[], datetime] = aware_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """look: as Stream.sighting."""
        self._modes, self._folder, self._look = modes, folder, look
        self._clock, self._monotonic = clock, monotonic
        self._lock = Lock()
        self._began = monotonic()
        self._looked_at: float | None = None
        self._seen: dict[tuple[str, str], Neighbour] = {}
        self._stored = modes.latest()
        self.complete = True
        """False where the broker does not let us list groups: others may be hidden."""
        self._mode: Mode | None = "live" if self._said_by_a_person() else None
        if self._stored is not None and self._stored.mode == "quiet":
            self._mode = "quiet"
            self._say_quiet(self._stored)

    @property
    def may_send(self) -> bool:
        """Whether pages, digests, handovers and the heartbeat may go out. False also while that is not decided."""
        return self._mode == "live"

    @property
    def quiet(self) -> bool:
        """Whether it keeps quiet until a person says otherwise."""
        return self._mode == "quiet"

    def others(self) -> list[Neighbour]:
        """Folders that have read the same topics within the last hour, the oldest first."""
        since = self._clock() - RECENT
        with self._lock:
            recent = [each for each in self._seen.values() if each.seen_at >= since]
        latest = {each.folder_id: each for each in sorted(recent, key=lambda each: each.seen_at)}
        return sorted(latest.values(), key=lambda each: (each.born_at, each.folder_id))

    def turn(self) -> None:
        """Look at the groups where it is time, and decide what is not decided. Raises StoreError or SourceError."""
        self._live_in_time()
        now = self._monotonic()
        wait = FIRST_SECONDS if self._mode is None else LOOK_SECONDS
        if self._looked_at is None or now >= self._looked_at + wait:
            self._looked_at = now
            self._see(self._look())
        if self._mode is None and now >= self._began + PATIENCE_SECONDS and self._stored is not None:
            self._mode = self._stored.mode

    def _live_in_time(self) -> None:
        """A restored folder sends when the time has come that its restore named."""
        with self._lock:
            stored = self._stored
            due = stored is not None and stored.live_at is not None and naive(self._clock()) >= stored.live_at
            if self._mode == "quiet" and due:
                self._record("live", "time")
                self._mode = "live"

    def go_live(self, actor: str, comment: str) -> ServiceMode:
        """A person says that this folder sends. Again: nothing changes. Raises StoreError."""
        with self._lock:
            if self._stored is None or not self._said_by_a_person():
                self._record("live", "command", actor=actor, comment=comment or None)
            self._mode = "live"
            assert self._stored is not None
            return self._stored

    def go_quiet(self, actor: str, comment: str) -> ServiceMode:
        """A person says that this folder sends nothing until `go_live`; what is written waits. Raises StoreError."""
        with self._lock:
            if self._mode != "quiet":
                self._record("quiet", "command", actor=actor, comment=comment or None)
            self._mode = "quiet"
            assert self._stored is not None
            return self._stored

    def _said_by_a_person(self) -> bool:
        return self._stored is not None and (self._stored.mode, self._stored.reason) == ("live", "command")

    def _see(self, found: NeighbourSighting | None) -> None:
        if found is None:
            return
        if self.complete and not found.complete:
            log.warning(
                "the broker does not allow listing groups: another data folder that reads these topics cannot be detected",
                cure=GRANT_GROUPS,
            )
        self.complete = found.complete
        with self._lock:
            self._seen |= {(each.folder_id, each.run): each for each in found.others}
        self._decide()

    def _decide(self) -> None:
        elder = next((each for each in self.others() if self._is_older(each)), None)
        starting = self._mode is None or self._monotonic() < self._began + START_SECONDS
        with self._lock:
            if self._mode == "quiet" or self._said_by_a_person():
                return
            if elder is not None and starting:
                self._record("quiet", "neighbour", neighbour=elder.short)
                self._mode = "quiet"
                self._say_quiet(self._stored)
            elif self._mode is None:
                if self._stored is None:
                    self._record("live", "alone")
                self._mode = "live"

    def _is_older(self, other: Neighbour) -> bool:
        """A clone of the whole machine has our id and our birth; whichever notices the other keeps quiet."""
        return (other.born_at, other.folder_id) <= (self._folder.born_at, self._folder.folder_id)

    def _record(
        self,
        mode: Mode,
        reason: Reason,
        *,
        neighbour: str | None = None,
        actor: str | None = None,
        comment: str | None = None,
    ) -> None:
        now = naive(self._clock())
        stored = ServiceMode(known_at=now, mode=mode, reason=reason, neighbour=neighbour, actor=actor, comment=comment)
        self._modes.append(stored)
        self._stored = stored

    def _say_quiet(self, stored: ServiceMode | None) -> None:
        known = {"restored": "it was restored from a backup", "command": "a person stopped paging"}
        why = known.get(stored.reason if stored else "", "an older data folder reads these topics")
        log.warning(
            f"quiet start: {why}; nothing is sent to channels until `veille incidents go-live`",
            folder=self._folder.short,
            older=stored and stored.neighbour,
            live_at=stored and stored.live_at,
        )


def go_live(settings: Settings, database: Database, actor: str, comment: str) -> ServiceMode:
    """Let a folder that nobody holds send from its next start on. Raises StoreError."""
    folder = take_identity(settings.data_dir)
    return SendingMode(Modes(database, folder), folder, lambda: None).go_live(actor, comment)
