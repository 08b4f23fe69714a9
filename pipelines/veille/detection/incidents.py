"""Incidents as the last step of detection: reads what was found, writes incidents and what is to be sent."""

from collections.abc import Callable
from datetime import datetime, timedelta

from veille.config import Settings
from veille.incidents.cache import Changes, IncidentCache
from veille.incidents.counting import Counting
from veille.incidents.engine import IncidentEngine
from veille.incidents.fault_findings import fault_findings
from veille.incidents.health import Health
from veille.incidents.intake import BEGIN, CountedClasses, Cursor, Intake, Reach
from veille.incidents.model import Finding, Incident
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

    Live, detection may be at work on what happened longer ago than a page would be sent about: a backfill, or what waited during an
    outage. What it finds there is taken in as a replay takes it in, by event time and unpaged. Faults, and bursts and flags of the
    present, keep the wall clock meanwhile.
    """

    name = "incidents"

    def __init__(
        self,
        database: Database,
        findings: Findings,
        settings: Settings,
        *,
        live: bool = False,
        decided: Callable[[], datetime | None] = lambda: None,
        clock: Callable[[], datetime] = aware_now,
    ) -> None:
        """decided: live, event time up to which the detectors have recorded everything (UTC without a zone), None before they began."""
        self._database = database
        self._policy = Policy(settings.incidents)
        self._limits = settings.incidents.blindness
        self._live, self._clock, self._decided = live, clock, decided
        self._store = IncidentStore.of(database)
        classes = CountedClasses(settings.surges.classes, settings.coordination.classes)
        self._intake = Intake(database, self._policy, live=live, classes=classes)
        self._counting = Counting(database)
        self._cursor = Cursor()
        self._written = Cursor()
        self._engine: IncidentEngine | None = None
        self._past: IncidentEngine | None = None
        self._health: Health | None = None
        self._first_at: datetime | None = None
        self.resume(BEGIN)

    def resume(self, until: datetime) -> None:
        """Take up where the tables end."""
        with self._store.lock:
            self._store.forget()
            self._engine = self._past = None
            rows = self._database.frame("incidents/cursor").iter_rows(named=True)
            self._cursor = self._written = next((Cursor(**row) for row in rows), Cursor())

    def report(self, health: Health) -> None:
        """The latest snapshot of the service's health; its faults become incidents at the next step."""
        self._health = health

    def step(self, at: datetime, *, final: bool) -> None:
        """Take in everything found until now and do what is due. Raises StoreError; the next step repeats what failed."""
        known_at = naive(self._clock())
        until = known_at if self._live else at
        decided = self._decided()
        past = decided is not None and decided < known_at - self._policy.stale
        taken = self._intake.read(self._cursor, Reach(until, decided, past_only=past))
        with self._store.lock:
            engine = self._current(min(until, self._cursor.stepped_at), past=past, known_at=known_at)
            self._store.recall(engine.cache, [each.key for each in (*taken.found, *taken.recent)])
            found = [*taken.recent, *self._faults(engine)]
            self._counting.begin([*taken.found, *found])
            if self._past is None or decided is None:
                found += taken.found
            else:
                self._take_past(self._past, taken.found, decided, known_at)
            changes = engine.run(found, until, known_at)
            self._write(changes, taken.cursor, known_at)
        self._cursor = taken.cursor

    def _faults(self, engine: IncidentEngine) -> list[Finding]:
        if not self._live or self._health is None:
            return []
        return fault_findings(self._health, self._limits, engine.cache)

    def _take_past(self, engine: IncidentEngine, found: list[Finding], decided: datetime, known_at: datetime) -> None:
        """What a replay would have done by then. The cursor is written later: to read it again changes nothing."""
        changes = engine.run(found, decided, known_at)
        if changes:
            self._store.write(changes, known_at)

    def _write(self, changes: Changes, cursor: Cursor, known_at: datetime) -> None:
        moved = cursor.stepped_at - self._written.stepped_at >= CURSOR_EVERY
        if changes or moved:
            self._store.write(changes, known_at, cursor=(cursor.stepped_at, cursor.findings_known_at, cursor.batch))
            self._written = cursor

    def _current(self, since: datetime, *, past: bool, known_at: datetime) -> IncidentEngine:
        """The engine of the present, with a cache that reaches back from the time from which findings are read.

        past: detection is at work on the past, so that one beside it keeps what was opened before now by event time.
        """
        cache = self._store.cache(self._policy, since)
        if self._engine is None or self._engine.cache is not cache or past != (self._past is not None):
            self._engine, self._past = self._engines(cache, known_at, past=past)
        return self._engine

    def _engines(
        self, cache: IncidentCache, begun: datetime, *, past: bool
    ) -> tuple[IncidentEngine, IncidentEngine | None]:
        if not past:
            alone = IncidentEngine(
                self._policy, cache, live=self._live, events=self._counting, history_since=self._history_since
            )
            return alone, None

        def present(incident: Incident) -> bool:
            return incident.kind == "fault" or incident.opened_at >= begun

        return (
            IncidentEngine(
                self._policy,
                cache,
                live=True,
                events=self._counting,
                clocked=present,
                history_since=self._history_since,
            ),
            IncidentEngine(
                self._policy, cache, live=False, events=self._counting, clocked=lambda incident: not present(incident)
            ),
        )

    def _history_since(self) -> datetime | None:
        """When the oldest mention was written. Asked before pages only; an older one that comes later makes no difference."""
        if self._first_at is None:
            self._first_at = self._database.frame("incidents/history_since").item()
        return self._first_at

    def clear(self) -> None:
        """Forget incidents in which nobody did anything and of which nothing was sent: history is detected afresh.

        The others keep every row; what is found again about them is known, and what is new is added to them.
        """
        with self._store.lock:
            self._database.execute("incidents/clear_untouched")
        self.resume(BEGIN)
