"""Detection of a running service: detectors in one thread beside ingest, incidents in another."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from veille.config import Settings
from veille.detection.assembly import detectors
from veille.detection.grid import BIN, Grid, Step, floor, read_progress
from veille.detection.incidents import IncidentDetection
from veille.detection.surges.detector import recorded_by
from veille.incidents.health import Health
from veille.service.catching_up import OLD, CatchingUp
from veille.store.database import Database
from veille.store.findings import Findings
from veille.times import naive, naive_now

TURN_SECONDS = 1.0
BURST_SECONDS = 2.0
WATCH_SHARE = 0.5
"""A catch-up goes in bursts and leaves ingest, in the same process, at least half of the time."""
LOOK_SECONDS = 10.0
"""Early looks come so often, less often where one takes longer; those that came due meanwhile are skipped and counted."""
QUIET_SECONDS = 60.0
"""After so long without an event, and nothing left to read, the clock goes on by itself …"""
QUIET_MARGIN = timedelta(seconds=120)
"""… this far behind the wall clock …"""
QUIET_REACH = timedelta(hours=1)
"""… where the events were of the present: a stream of old events moves the clock by itself only."""


INCIDENT_SECONDS = 2.0


class IncidentLoop:
    """Incident detection on the wall clock: a burst or a flag is not kept waiting by a detector's long step."""

    def __init__(
        self,
        database: Database,
        findings: Findings,
        settings: Settings,
        health: Callable[[], Health],
        decided: Callable[[], datetime | None],
    ) -> None:
        """health: what incident detection judges blindness by. decided: event time up to which detection has recorded everything."""
        self._incidents = IncidentDetection(database, findings, settings, live=True, decided=decided)
        self._health = health

    def turn(self) -> None:
        """Take in everything found until now. Raises StoreError; then call again."""
        self._incidents.report(self._health())
        self._incidents.step(naive_now(), final=False)


class DetectionLoop:
    """Steps the detectors as event time goes on.

    watermark: event time that every source has passed (UTC). quiet_seconds: how long no event has come while none was
    left to read; None while that is not known. stopping: whether the service ends, and what is left waits for its next start.
    """

    def __init__(
        self,
        database: Database,
        findings: Findings,
        settings: Settings,
        watermark: Callable[[], datetime | None],
        quiet_seconds: Callable[[], float | None],
        on_step: Callable[[Step, int], None],
        stopping: Callable[[], bool],
    ) -> None:
        self._database, self._findings, self._settings = database, findings, settings
        self._watermark, self._quiet_seconds, self._on_step = watermark, quiet_seconds, on_step
        self._stopping = stopping
        self._grid: Grid | None = None
        self._decided = read_progress(database)
        self._last: dict[str, Step] = {}
        self._looked_at = time.monotonic() - LOOK_SECONDS
        self.skipped = 0
        self._catching_up = CatchingUp()

    def late_seconds(self) -> float:
        """How far what is decided lies behind what could be; a bin that is still open is not late."""
        reached, decided = self._until(), self.detected_until
        return 0.0 if reached is None or decided is None else max(0.0, (reached - decided - BIN).total_seconds())

    def catching_up(self) -> bool:
        """Whether what waits to be decided came as history, or waited during an outage."""
        reached = self._until()
        if reached is None:
            return False
        late = self.detected_until is None or self.late_seconds() > 0
        return self._catching_up.active(reached, late=late, now=naive_now())

    def standing_seconds(self) -> float:
        """While it catches up: for how long it has not advanced."""
        return self._catching_up.standing_seconds(time.monotonic()) if self.catching_up() else 0.0

    @property
    def detected_until(self) -> datetime | None:
        """Event time up to which all is decided (UTC without a zone)."""
        progress = self._grid.progress if self._grid else self._decided
        return progress.detected_until if progress else None

    def recorded_until(self) -> datetime | None:
        """The same, less what the detectors may still hold back while they catch up."""
        decided = self.detected_until
        return decided if decided is None or not self.late_seconds() else recorded_by(decided)

    def turn(self) -> None:
        """Decide bins that have closed, and every LOOK_SECONDS look at what is open. Call again soon. Raises StoreError."""
        if self._grid is None:
            fresh = detectors(self._database, self._findings, self._settings, live=True, stop=self._stopping)
            self._grid = Grid(self._database, fresh, self._note)
        until, begun = self._until(), time.monotonic()

        def stop() -> bool:
            return self._stopping() or time.monotonic() - begun > BURST_SECONDS

        try:
            self._resolve_people(self._grid, until)
            stepped = self._grid.advance(until, live=True, stop=stop) if until is not None else 0
            self._tell()
            since = time.monotonic() - self._looked_at
            if until is None or self._stopping() or (not stepped and since < LOOK_SECONDS):
                return
            if naive_now() - until > OLD:
                self._conclude(self._grid)
                return
            self.skipped = max(0, int(since // LOOK_SECONDS) - 1)
            self._looked_at = time.monotonic()
            self._grid.look(until)
        except BaseException:
            self._grid = None  # what a failed step left half-done is built anew from the database
            raise

    def _resolve_people(self, grid: Grid, until: datetime | None) -> None:
        """Before bins are decided, their rows get their persons by the aliases that are known now."""
        decided = self.detected_until
        if until is None or (decided is not None and floor(until) <= decided):
            return
        if self._database.resolve_people(decided):
            grid.forget()

    def _conclude(self, grid: Grid) -> None:
        """At the end of a stream of the past, once nothing more comes: what a replay does at its end."""
        quiet = self._quiet_seconds()
        if quiet is not None and quiet >= QUIET_SECONDS and not self.late_seconds():
            grid.conclude(wait=False)

    def _until(self) -> datetime | None:
        marks = [at for at in (self._watermark(), self.detected_until) if at is not None]
        reached = max((naive(at) for at in marks), default=None)
        return event_clock(reached, self._quiet_seconds(), naive_now())

    def _note(self, step: Step) -> None:
        self._on_step(step, self.skipped)
        if step.final:
            self._last[step.detector] = step

    def _tell(self) -> None:
        """Record the last step of this turn of each detector, and whether it was one of catching up."""
        reached, decided = self._until(), self.detected_until
        if reached is not None and decided is not None:
            self._catching_up.note(
                reached, decided, late=self.late_seconds() > 0, now=naive_now(), monotonic=time.monotonic()
            )
        for step in self._last.values():
            self._database.execute(
                "detect/grid/add_step",
                detector=step.detector,
                step_at=step.at,
                started_at=step.started_at,
                seconds=step.seconds,
                skipped=self.skipped,
            )
        self._last.clear()


def event_clock(reached: datetime | None, quiet_seconds: float | None, now: datetime) -> datetime | None:
    """The event time up to which nothing more is expected (UTC without a zone); None before the first event.

    It is what the sources have passed (`reached`), never ahead of the wall clock. Where the stream has fallen quiet with
    everything read, time goes on without events, so that what is open closes; a dead source is no quiet stream
    (quiet_seconds is None then).
    """
    if reached is None:
        return None
    reached = min(reached, now)
    if quiet_seconds is None or quiet_seconds < QUIET_SECONDS or now - reached > QUIET_REACH:
        return reached
    return max(reached, now - QUIET_MARGIN)
