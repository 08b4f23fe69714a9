"""The grid of detection: five-minute bins of event time, walked alike from history and from a live stream.

A final step decides a bin for good; live, early looks between may open a finding sooner and change none. Detectors know
nothing of each other. Live they run one after the other in one thread, so that ingest keeps its share of the machine; over
history each walks a day in a thread of its own.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from veille.stopping import Stop, StoppedError
from veille.store.database import Database
from veille.times import naive_now

BIN = timedelta(minutes=5)
LULL = timedelta(hours=24)
"""So long after the last event the grid is walked on, and what is open closes; then it jumps to the next event."""
NOTE_EVERY = 288
"""While it catches up, the grid notes its progress after so many steps; a step that is repeated changes nothing."""
_EPOCH = datetime(1970, 1, 1)


class Detector(Protocol):
    """One detector. Times are UTC without a zone; every event before `at` that is in the database counts.

    name: label in metrics. resume: rebuild state from history before `until`, recording nothing. step: decide all up to
    `at`, since the step before; final: `at` is the end of a bin, else anything between, and what is decided is provisional.
    conclude: all that came is decided, and nothing more is expected soon: do what is done once, at the end of a history, and
    return whether it is done; wait: until it is. close: end what it has started. step, resume and conclude may raise
    StoppedError; then resume comes before the next step.
    """

    name: str

    def resume(self, until: datetime) -> None: ...
    def step(self, at: datetime, *, final: bool) -> None: ...
    def conclude(self, *, wait: bool) -> bool: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of one detector. started_at: wall clock (UTC); seconds: duration; left: grid points that still wait."""

    detector: str
    at: datetime
    final: bool
    started_at: datetime
    seconds: float
    left: int


@dataclass(frozen=True, slots=True)
class GridProgress:
    """How far the detectors are: event time (UTC), newest batch read, and whether a live service stepped them."""

    detected_until: datetime
    batch: int
    live: bool


class Grid:
    """Walks the detectors of one database; every method belongs to one thread.

    watch: told of every step; over history, by the threads of the detectors.
    """

    def __init__(
        self,
        database: Database,
        detectors: Sequence[Detector],
        watch: Callable[[Step], None] = lambda step: None,
    ) -> None:
        self._database = database
        self._detectors = detectors
        self._watch = watch
        self._resumed = False
        self.progress = read_progress(database)

    def advance(self, until: datetime, *, live: bool, stop: Stop = lambda: False) -> int:
        """Final steps for all bins that end by `until`; returns how many. A first call begins with the oldest event.

        stop: asked after each step whether to leave the rest to a later call. Raises StoreError; what was decided before
        stays, and the next call goes on.
        """
        since = self.progress.detected_until if self.progress else None
        if since is not None and floor(until) <= since:
            return 0
        bins = self._database.frame("detect/grid/bins", since=since or _EPOCH)["bin"].to_list()
        live, together = live or (self.progress is not None and self.progress.live), not live
        batch, due = self._database.last_batch, list(points(bins, since, until))
        walk = self._together if together else self._in_turn
        walked = 0
        while walked < len(due):
            stretch = due[walked : walked + NOTE_EVERY]
            done = walk(stretch, len(due) - walked, stop) if self._resume() else 0
            walked += done
            if done:
                self.progress = GridProgress(stretch[done - 1], batch, live)
                self._note()
            if done < len(stretch) or stop():
                break
        return walked

    def _in_turn(self, stretch: Sequence[datetime], waiting: int, stop: Stop) -> int:
        for done, at in enumerate(stretch, start=1):
            try:
                for detector in self._detectors:
                    self._step(detector, at, waiting - done, final=True)
            except StoppedError:
                self._resumed = False
                return done - 1
            if stop():
                return done
        return len(stretch)

    def _together(self, stretch: Sequence[datetime], waiting: int, stop: Stop) -> int:
        """All of the stretch; none of it where a stop comes meanwhile, for the detectors are at different places then."""

        def walk(detector: Detector) -> bool:
            try:
                for done, at in enumerate(stretch, start=1):
                    if stop():
                        return False
                    self._step(detector, at, waiting - done, final=True)
            except StoppedError:
                return False
            return True

        with ThreadPoolExecutor(max(1, len(self._detectors)), "detector") as threads:
            if all(list(threads.map(walk, self._detectors))):
                return len(stretch)
        self._resumed = False
        return 0

    def look(self, at: datetime) -> bool:
        """An early look at what is open or opens now, provisionally; whether there was one. Not while bins wait to be decided."""
        if self.progress is None or not timedelta() < at - self.progress.detected_until <= BIN:
            return False
        try:
            if not self._resume():
                return False
            for detector in self._detectors:
                self._step(detector, at, 0, final=False)
        except StoppedError:
            self._resumed = False
            return False
        return True

    def conclude(self, *, wait: bool) -> bool:
        """What the detectors do once, at the end of a history; whether it is done. wait: until it is, or a stop comes (StoppedError)."""
        if self.progress is None or not self._resume():
            return False
        concluded = [detector.conclude(wait=wait) for detector in self._detectors]
        return all(concluded)

    def forget(self) -> None:
        """Rows that are not decided yet have changed: the detectors rebuild their state before the next step."""
        self._resumed = False

    def close(self) -> None:
        """End what the detectors have started."""
        for detector in self._detectors:
            detector.close()

    def _resume(self) -> bool:
        """Have the detectors know what was decided; False where a stop came meanwhile."""
        if not self._resumed and self.progress is not None:
            try:
                for detector in self._detectors:
                    detector.resume(self.progress.detected_until)
            except StoppedError:
                return False
        self._resumed = True
        return True

    def _step(self, detector: Detector, at: datetime, left: int, *, final: bool) -> None:
        started_at, started = naive_now(), time.monotonic()
        detector.step(at, final=final)
        self._watch(
            Step(
                detector=detector.name,
                at=at,
                final=final,
                started_at=started_at,
                seconds=time.monotonic() - started,
                left=left,
            )
        )

    def _note(self) -> None:
        assert self.progress is not None
        self._database.execute(
            "detect/grid/set_progress",
            detected_until=self.progress.detected_until,
            batch=self.progress.batch,
            live=self.progress.live,
        )


def points(bins: Sequence[datetime], since: datetime | None, until: datetime) -> Iterator[datetime]:
    """Ends of the bins to decide after `since` and by `until`, oldest first.

    bins: begins of the bins with events, in order. Stretches that are longer than LULL without any are jumped over.
    """
    spans = [(since, since + LULL)] if since is not None else []
    for begin in bins:
        if spans and begin <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], begin + LULL))
        else:
            spans.append((begin, begin + LULL))
    last = floor(until)
    for begin, end in spans:
        at = begin + BIN
        while at <= min(end, last):
            yield at
            at += BIN


def floor(at: datetime) -> datetime:
    """Begin of the bin that holds a time (UTC without a zone)."""
    return at - (at - _EPOCH) % BIN


def read_progress(database: Database) -> GridProgress | None:
    """How far the detectors of a database are, None before they began."""
    rows = database.frame("detect/grid/progress").rows()
    return GridProgress(*rows[0]) if rows else None
