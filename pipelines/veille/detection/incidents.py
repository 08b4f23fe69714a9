"""Incidents as the last step of detection: reads what was found, writes incidents and what is to be sent."""

from collections.abc import Callable
from datetime import datetime, timedelta

from veille.config import Settings
from veille.incidents.counting import Counting
from veille.incidents.engine import IncidentEngine
from veille.incidents.fault_findings import fault_findings
from veille.incidents.health import Health
from veille.incidents.intake import BEGIN, CountedClasses, Cursor, Intake
from veille.incidents.policy import Policy
from veille.incidents.store import IncidentStore
from veille.store.database import Database
from veille.store.findings import Findings
from veille.times import aware_now, naive

CURSOR_EVERY = timedelta(hours=1)
"""Reading again what was read changes nothing, so the cursor is written with changes, or so often."""


class IncidentDetection:
    """A detector (detection/grid.py) that comes after all others.

    live: the wall clock is the time of every transition, and pages go into the outbox. Otherwise (replay) the time of
    each transition is when its finding was decided, and nothing is ever sent. Any batching of steps gives the same
    incidents, so a replay may step once, at its end.
    """

    name = "incidents"

    def __init__(
        self,
        database: Database,
        findings: Findings,
        settings: Settings,
        *,
        live: bool = False,
        clock: Callable[[], datetime] = aware_now,
    ) -> None:
        self._database = database
        self._policy = Policy(settings.incidents)
        self._limits = settings.incidents.blindness
        self._live, self._clock = live, clock
        self._store = IncidentStore.of(database)
        classes = CountedClasses(settings.surges.classes, settings.coordination.classes)
        self._intake = Intake(database, self._policy, live=live, classes=classes)
        self._counting = Counting(database)
        self._cursor = Cursor()
        self._written = Cursor()
        self._engine: IncidentEngine | None = None
        self._health: Health | None = None
        self.resume(BEGIN)

    def resume(self, until: datetime) -> None:
        """Take up where the tables end."""
        with self._store.lock:
            self._store.forget()
            self._engine = None
            rows = self._database.frame("incidents/cursor").iter_rows(named=True)
            self._cursor = self._written = next((Cursor(**row) for row in rows), Cursor())

    def report(self, health: Health) -> None:
        """The latest snapshot of the service's health; its faults become incidents at the next step."""
        self._health = health

    def step(self, at: datetime, *, final: bool) -> None:
        """Take in everything found until now and do what is due. Raises StoreError; the next step repeats what failed."""
        known_at = naive(self._clock())
        until = known_at if self._live else at
        found, cursor = self._intake.read(self._cursor, until)
        with self._store.lock:
            engine = self._current(min(until, self._cursor.stepped_at))
            self._store.recall(engine.cache, [each.key for each in found])
            if self._live and self._health is not None:
                found += fault_findings(self._health, self._limits, engine.cache)
            self._counting.begin(found)
            changes = engine.run(found, until, known_at)
            due = cursor.stepped_at - self._written.stepped_at >= CURSOR_EVERY
            row = (cursor.stepped_at, cursor.findings_known_at, cursor.batch)
            if changes or due:
                self._store.write(changes, known_at, cursor=row)
                self._written = cursor
        self._cursor = cursor

    def _current(self, since: datetime) -> IncidentEngine:
        """The engine, with a cache that reaches back from the time from which findings are read."""
        cache = self._store.cache(self._policy, since)
        if self._engine is None or self._engine.cache is not cache:
            self._engine = IncidentEngine(self._policy, cache, live=self._live, events=self._counting)
        return self._engine

    def clear(self) -> None:
        """Forget incidents in which nobody did anything and of which nothing was sent: history is detected afresh.

        The others keep every row; what is found again about them is known, and what is new is added to them.
        """
        with self._store.lock:
            self._database.execute("incidents/clear_untouched")
        self.resume(BEGIN)
