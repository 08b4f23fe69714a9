"""The coordination detector of a data folder: reads mentions, steps the watch, writes what changed."""

from datetime import UTC, datetime, timedelta

import structlog

from veille.config import Settings
from veille.detect.coordination.far import FarRun
from veille.detect.coordination.parameters import Parameters
from veille.detect.coordination.watch import HOUR, CoordinationPlan, CoordinationWatch
from veille.detection.coordination.engine import NICENESS, CoordinationEngine, Inline, LostWorkerError, Worker
from veille.detection.coordination.far_looks import FarLooks
from veille.detection.coordination.records import Records
from veille.detection.coordination.restore import restored
from veille.stopping import Stop, checking
from veille.store.database import Database
from veille.store.findings import Findings

log = structlog.get_logger(__name__)

AHEAD = timedelta(days=1)
"""Mentions are read so far ahead of the hour to decide: a query and a conversion a day of history instead of one an hour."""


class ClusterDetector:
    """Decides each full hour; early looks announce newborn clusters, under the name they will most likely be born with.

    What stands at a full hour depends on the mentions alone. One that an early look announced and the hour did not
    confirm is closed then. Belongs to one thread.
    """

    name = "coordination"

    def __init__(
        self,
        database: Database,
        findings: Findings,
        settings: Settings,
        *,
        apart: bool = False,
        live: bool = False,
        stop: Stop = lambda: False,
    ) -> None:
        """apart: over history too, watch in a process of its own where the settings allow one. live: a far look each day.

        stop: asked before each hour; then a step ends with StoppedError.
        """
        self._check_stop = checking(stop)
        self._database, self._settings, self._apart = database, settings.coordination, apart
        self._plan = CoordinationPlan(
            span=timedelta(hours=self._settings.window_hours),
            long_span=timedelta(days=self._settings.long_days),
            long_every=timedelta(hours=self._settings.long_hours),
            quiet=timedelta(days=self._settings.quiet_days),
            possible=self._settings.possible,
        )
        self._parameters = Parameters()
        self._reach = max(self._plan.span, self._plan.long_span)
        self._settled = self._reach + self._plan.quiet + self._plan.long_every + HOUR
        self._waiting: set[datetime] = set()  # full hours that mentions wait for
        self._busy_until: datetime | None = None  # until then hours may change something without a mention
        self._records = Records(database, findings, self._settings.classes, self._parameters, self._reach)
        self._engine: CoordinationEngine = Inline(CoordinationWatch(self._parameters, self._plan))
        self._hour: datetime | None = None
        self._read_until: datetime | None = None
        self._batch = 0
        self._looked_at: datetime | None = None
        self._unwritten = False
        self._far = FarLooks(database, settings.coordination, self._parameters, live=live, stop=stop)

    def resume(self, until: datetime) -> None:
        """Rebuild windows and life history as they were at the last full hour by `until`."""
        self._engine.close()
        hour = until.replace(minute=0, second=0, microsecond=0)
        watch = CoordinationWatch(self._parameters, self._plan)
        watch.restore(*restored(self._database, hour))
        self._engine = Inline(watch)
        self._hour, self._read_until, self._batch = hour, hour - self._reach, self._database.last_batch
        self._records.resume(hour)
        self._busy_until = hour + self._settled
        self._read(hour)
        self._unwritten = False

    def step(self, at: datetime, *, final: bool) -> None:
        """Decide the full hours that have passed, or, early, look a little ahead. Raises StoreError; the next step repeats what failed."""
        if self._unwritten and self._hour is not None:  # the watch knows what the tables do not
            self.resume(self._hour)
        try:
            self._decide(at) if final else self._look(at)
        except LostWorkerError:
            log.warning("the coordination process has ended; detection continues without it", hour=str(self._hour))
            if self._hour is not None:
                self.resume(self._hour)
            if final:
                self._decide(at)

    def conclude(self, *, wait: bool) -> bool:
        """Look at the whole history, once all that came is decided; whether that is done. wait: until it is."""
        if self._unwritten and self._hour is not None:
            self.resume(self._hour)
        if self._hour is None:
            return True
        run = self._far.whole(self._hour, wait=wait)
        if run is not None:
            try:
                self._recall(run, self._hour)
            except LostWorkerError:
                self.resume(self._hour)
                self._recall(run, self._hour)
        return self._far.idle

    def close(self) -> None:
        """End the processes of the watch and of the far look, if there are any."""
        self._engine.close()
        self._far.close()

    def _decide(self, at: datetime) -> None:
        if self._apart:
            self._set_apart()
        last = at.replace(minute=0, second=0, microsecond=0)
        if self._hour is None:
            self._hour = last - HOUR if at == last else last
        if self._hour < last:
            self._read(last, ahead=AHEAD)
        while self._hour < last:
            self._check_stop()
            hour = self._next_hour(self._hour, last)
            self._unwritten = True
            self._records.write(self._engine.step(hour.replace(tzinfo=UTC)))
            self._unwritten, self._hour = False, hour
            run = self._far.of_the_day(hour)
            if run is not None:
                self._recall(run, hour)

    def _recall(self, run: FarRun, hour: datetime) -> None:
        """Take up at a full hour that is decided what a far look found."""
        self._unwritten = True
        self._records.recall(self._engine.recall(run, hour.replace(tzinfo=UTC)))
        self._unwritten = False
        self._far.done()

    def _next_hour(self, decided: datetime, last: datetime) -> datetime:
        """The hour to decide now: the next one, or, once windows are empty and all clusters asleep, the next with a mention."""
        hour = decided + HOUR
        self._waiting = {max(due, hour) for due in self._waiting}
        if self._busy_until is None or hour > self._busy_until:
            hour = min([last, *self._waiting])
        if hour in self._waiting:
            self._waiting.discard(hour)
            self._busy_until = hour + self._settled
        return hour

    def _look(self, at: datetime) -> None:
        pause = timedelta(seconds=self._settings.early_seconds)
        if self._hour is None or at == at.replace(minute=0, second=0, microsecond=0):
            return  # a row decided at a full hour would pass for the hour's own
        if self._looked_at is not None and at - self._looked_at < pause:
            return
        self._looked_at = at
        self._set_apart()
        self._read(at)
        self._records.announce(self._engine.look(at.replace(tzinfo=UTC)))

    def _set_apart(self) -> None:
        if self._settings.process and isinstance(self._engine, Inline):
            self._engine = Worker(self._engine.watch, 0 if self._apart else NICENESS)  # a replay waits for it

    def _read(self, until: datetime, ahead: timedelta = timedelta()) -> None:
        """Hand on what is new before `until`, and what came late.

        ahead: so much later mentions that are there already may be handed on too; they wait in the watch for their hour.
        """
        upto = self._database.last_batch
        since = self._read_until if self._read_until is not None else datetime(1, 1, 1)
        if until <= since and upto == self._batch:
            return
        until = max(until + ahead, since)
        mentions = self._database.frame(
            "detect/coordination/mentions",
            since=since,
            until=until,
            floor=(self._hour or until) - self._reach,
            after=self._batch,
            upto=upto,
            classes=list(self._settings.classes),
        )
        self._engine.add(mentions)
        self._waiting |= {at + HOUR for at in mentions["occurred_at"].dt.truncate("1h").unique().to_list()}
        self._read_until, self._batch = until, upto
