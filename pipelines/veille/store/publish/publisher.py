"""Cuts new rows into segments and replaces the catalogue: the write side of publishing, in one thread.

What a crash leaves: files that were not registered (deleted at the next start; their rows are cut again), or registered
ones that the catalogue does not list yet (it is rewritten at start). The transaction that registers a cut's
segments also advances the fact `published_batch`, so nothing is published twice or lost.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock

import duckdb

from veille.config import Publish
from veille.store.publish import columns
from veille.store.publish import cut as cuts
from veille.store.publish.catalogue import CatalogueWriter, Status
from veille.store.publish.errors import PublishError, translated
from veille.store.publish.minor_flags import MinorFlags
from veille.store.publish.rebuild import PUBLISHED_PEOPLE_FACT, rebuild
from veille.store.publish.relations import EVENT_RELATIONS, FORMAT, Calendar
from veille.store.publish.run import one
from veille.store.publish.segments import Register, Segment, SegmentFolder
from veille.store.publish.whole import refresh
from veille.store.resolving import RESOLVED_FACT
from veille.store.scrubbing import PURGE_FACT
from veille.store.seen import SeenIndex
from veille.times import naive

CUT_EVENTS = 500_000
"""A cut takes at most about so many events, which bounds its memory; the next call takes more."""
REBUILD_EVENTS = 100_000
"""With so many unpublished events, and more than are published, rebuilding is faster than cutting."""
RESTS = 20
"""After publishing everything afresh because persons changed, it is not done again for so many times as long as it took."""
HEAL_SECONDS = 5.0
"""How often it looks whether its files are all there."""
STATUS_SECONDS = 2.0
"""The catalogue's status is this fresh even when no event arrives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What one call did. batch: last published. behind: whether rows were left for the next call."""

    batch: int
    segments: int
    rows: int
    wrote_catalogue: bool
    behind: bool


class Publisher:
    """Owns `published/analyst` of one private database; every method belongs to one thread.

    connection: any connection of the process's private database; the publisher takes its own cursor of it.
    watermark: event time that every source has passed, called when the catalogue is written.
    check_stop: called between the parts of long work; where it raises, what was published stays, and nothing half-done.
    listed_at: when the catalogue was last written; what was retired before that is in no current catalogue.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        folder: Path,
        settings: Publish,
        watermark: Callable[[], datetime | None] = lambda: None,
        check_stop: Callable[[], None] = lambda: None,
    ) -> None:
        if any(letter in str(folder.resolve()) for letter in "*?[\n"):
            raise PublishError(
                f"the folder {folder} has *, ?, [ or a line break in its path", "choose another data folder"
            )
        self.folder = SegmentFolder(folder)
        self._connection = connection.cursor()
        self.settings = settings
        self.exclusive = Lock()
        self._watermark = watermark
        self._check_stop = check_stop
        self._register = Register(self._connection)
        self._catalogue = CatalogueWriter(self.folder)
        self._known = SeenIndex()
        self._flags = MinorFlags()
        self._columns: columns.Columns = ()
        self._published = 0
        self._rests_until = 0.0
        self._looks_at = 0.0
        self._listed: list[str] | None = None
        self.listed_at = datetime.min

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection to the private database for one more thread."""
        return self._connection.cursor()

    @property
    def published_batch(self) -> int:
        return self._published

    def start(self, now: datetime) -> None:
        """Mend what a crash left, publish what waits. Everything is published afresh where the folder's format, relations, columns or
        persons are others, or files are lost.

        Raises PublishError.
        """
        with translated(self.folder.root):
            self.folder.make()
            fresh = self._register.fact("published_format") != str(FORMAT) or self._people_changed()
            if not fresh:
                self.folder.delete(self.folder.leftovers(self._register.known()))
                self._columns = columns.loaded(self._register.fact(columns.FACT) or "[]")
                fresh = columns.lacking(self._columns) or not all(map(self.folder.sound, self._register.active()))
            if not fresh:
                self._load()
        if fresh:
            self.rebuild(now)
        while self.publish(now).behind:
            self._check_stop()
        self._purge(now)

    def _purge(self, now: datetime) -> None:
        """Delete replaced segments at once where they hold what scrubbing has taken out of the database."""
        if self._register.fact(PURGE_FACT) != "due":
            return
        with translated(self.folder.root):
            expired = self._register.expired(naive(now))
            self.folder.delete(expired)
            self._register.forget(expired)
            self._register.set_fact(PURGE_FACT, "done")

    def publish(self, now: datetime) -> Published:
        """Publish committed rows and, where anything changed, the catalogue. Raises PublishError; then call again later."""
        at = naive(now)
        with translated(self.folder.root):
            if self._lost():
                self.rebuild(now)
                return Published(batch=self._published, segments=0, rows=0, wrote_catalogue=True, behind=False)
            last, newest, events = self._pending()
            many = last is not None and events >= REBUILD_EVENTS and events > self._published_events()
            begun = time.monotonic()
            if many or (begun >= self._rests_until and self._people_changed()):
                self.rebuild(now)
                done = time.monotonic()
                self._rests_until = done + RESTS * (done - begun)
                return Published(batch=self._published, segments=0, rows=0, wrote_catalogue=True, behind=False)
            segments = self._cut(cuts.Cut(self._published + 1, last), at) if last is not None else []
            segments += self._refresh_whole(at)
            wrote = self._write_catalogue(at)
        rows = sum(segment.row_count for segment in segments)
        return Published(
            batch=self._published,
            segments=len(segments),
            rows=rows,
            wrote_catalogue=wrote,
            behind=last is not None and last < newest,
        )

    def _lost(self) -> bool:
        """Whether a file that the catalogue lists was deleted or cut by somebody else; looked at every HEAL_SECONDS."""
        begun = time.monotonic()
        if begun < self._looks_at:
            return False
        self._looks_at = begun + HEAL_SECONDS
        self.folder.make()
        return not all(map(self.folder.sound, self._register.active()))

    def rebuild(self, now: datetime) -> None:
        """Publish everything afresh from the private tables; replaced segments stay for readers as after compaction.

        For a new format, lost files, and after a bulk replay. Raises PublishError; what was published stays then.
        """
        at = naive(now)
        with translated(self.folder.root):
            self.folder.make()
            self._ask_columns()
            with self.exclusive:  # a merge that ended after the rebuild began would bring its rows twice
                rebuild(self._connection, self.folder, self._calendar(at), at, self._check_stop)
            self._register.set_fact(columns.FACT, columns.dumped(self._columns))
            self._flags.forget()
            self._refresh_whole(at)
            self._load()
            self._write_catalogue(at)

    def close(self) -> None:
        self._catalogue.close()
        self._connection.close()

    def _calendar(self, at: datetime) -> Calendar:
        return Calendar(at.date(), self.settings.monthly_after_days)

    def _load(self) -> None:
        self._published = int(self._register.fact("published_batch") or 0)
        self._known = SeenIndex()
        self._known.add(cuts.hashes(self._connection, "private/published_hashes", published=self._published))

    def _pending(self) -> tuple[int | None, int, int]:
        row = one(self._connection, "private/pending", published=self._published, limit=CUT_EVENTS)
        last, newest, events = row or (None, None, 0)
        return last, newest or self._published, events

    def _people_changed(self) -> bool:
        """Whether rows that are published were resolved to other persons since."""
        return self._register.fact(RESOLVED_FACT) != self._register.fact(PUBLISHED_PEOPLE_FACT)

    def _published_events(self) -> int:
        return sum(segment.row_count for segment in self._register.active() if segment.relation in EVENT_RELATIONS)

    def _cut(self, cut: cuts.Cut, at: datetime) -> list[Segment]:
        connection, segments = self._connection, list[Segment]()
        connection.begin()
        try:
            hashes = cuts.take(connection, cut, self._known)
            segments = cuts.write(connection, self.folder, self._calendar(at), at)
            self._register.add(segments)
            self._register.set_fact("published_batch", str(cut.last))
            connection.commit()
        except BaseException:
            roll_back(connection)
            self.folder.delete(segment.path for segment in segments)
            raise
        self._known.add(hashes)
        self._published = cut.last
        return segments

    def _refresh_whole(self, at: datetime) -> list[Segment]:
        """Publish small tables that changed; while a merge is under way, the next call does."""
        if not self.exclusive.acquire(blocking=False):
            return []
        segments: list[Segment] = []
        try:
            self._connection.begin()
            segments = refresh(self._connection, self.folder, self._register, at, self._flags)
            self._connection.commit()
        except BaseException:
            roll_back(self._connection)
            self.folder.delete(segment.path for segment in segments)
            raise
        finally:
            self.exclusive.release()
        return segments

    def _ask_columns(self) -> None:
        self._connection.begin()
        try:
            self._columns = columns.of_database(self._connection)
        finally:
            roll_back(self._connection)

    def _write_catalogue(self, at: datetime) -> bool:
        segments = self._register.active()
        listed = [segment.path for segment in segments]
        if listed == self._listed and at - self.listed_at < timedelta(seconds=STATUS_SECONDS):
            return False
        as_of = one(self._connection, "private/as_of", published=self._published)
        watermark = self._watermark()
        status = Status(
            as_of=as_of[0] if as_of else None,
            watermark=naive(watermark) if watermark else None,
            published_at=at,
            simulated=self._register.fact("simulated") == "true",
        )
        self._catalogue.write(segments, status, self._columns)
        self._listed, self.listed_at = listed, at
        return True


def roll_back(connection: duckdb.DuckDBPyConnection) -> None:
    """End the transaction without its effects, where there is one: a failed commit has ended it already."""
    try:
        connection.rollback()
    except duckdb.Error:
        return
