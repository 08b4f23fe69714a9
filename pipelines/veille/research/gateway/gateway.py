"""The gateway: rights, record, place, and the query's own process."""

import shutil
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from veille.access import Role
from veille.config import Settings
from veille.reasons import reason
from veille.research.gateway import messages
from veille.research.gateway.errors import GatewayError, QueryRefused
from veille.research.gateway.journal import Journal, own_process
from veille.research.gateway.model import Answer, CatalogueRelation, QueryLimits, QueryRecord, QueryRequest, QueryResult
from veille.research.gateway.places import Place, Places
from veille.research.gateway.process import Execution
from veille.research.gateway.record import ended, spoken, whole
from veille.research.gateway.rights import require_catalogue, sees_all
from veille.research.gateway.schema import read_schema
from veille.times import naive_now

SETTLE_SECONDS = 2.0
MOST_CHARACTERS = 100_000
LEFT_SECONDS = 3600.0
"""A folder that is older than any query may run, by so much, is left over."""


class Running:
    """One query under way."""

    def __init__(self, gateway: "Gateway", request: QueryRequest, record: QueryRecord) -> None:
        self.query_id = record.query_id
        self.record = record
        self._gateway, self._request = gateway, request
        self._given_up = False
        self._started = time.monotonic()
        self._ended: float | None = None
        self._result: QueryResult | GatewayError | None = None
        self._done = threading.Event()
        self._place: Place | None = None
        limits = QueryLimits.of(gateway.settings.research, request.seconds)
        self._limits = limits
        self._execution = Execution(
            gateway.folder(request.catalogue),
            request.sql,
            request.parameters,
            limits,
            temporary=gateway.temporary(),
            asked_to_end=self._end_as,
        )
        self._thread = threading.Thread(target=self._work, name=f"query {self.query_id}", daemon=True)
        self._thread.start()

    def done(self) -> bool:
        return self._done.is_set()

    def elapsed(self) -> float:
        """Seconds since it was asked, up to its end."""
        return (self._ended or time.monotonic()) - self._started

    def cancel(self, outcome: str = "cancelled") -> None:
        """Stop it, at once; nothing where it has ended."""
        self._given_up = True
        self._execution.stop(outcome)

    def result(self, timeout: float | None = None) -> QueryResult:
        """Raises GatewayError where it has none, TimeoutError where it has not ended after `timeout` seconds."""
        if not self._done.wait(timeout):
            raise TimeoutError
        if isinstance(self._result, QueryResult):
            return self._result
        raise self._result or GatewayError(reason("query.was_lost"))

    def settle(self, seconds: float = SETTLE_SECONDS) -> None:
        """Wait a moment until nothing of it is left: for who is about to leave, and would take its cleaning along."""
        self._thread.join(seconds)

    def _asked_to_end(self) -> bool:
        return self._given_up or self._gateway.journal.asked_to_end(self.query_id)

    def _end_as(self) -> str | None:
        """The outcome that the query is to end with now; None while it may go on."""
        if self._place is not None and self._place.give_way():
            return "turn"
        return "cancelled" if self._asked_to_end() else None

    def _work(self) -> None:
        """Its place is given back when nothing of the query is left; its result is there before that."""
        try:
            with self._gateway.places.one(self._asked_to_end, self.record.actor) as self._place:
                try:
                    self._finish(self._taken(self._execution.run()))
                except GatewayError as error:
                    self._finish(self._explained(error))
                finally:
                    self._execution.clean()
        except GatewayError as error:  # no place
            self._finish(error)
        except OSError as error:
            self._finish(GatewayError(f"the query's process cannot be started: {error.strerror}", "lost"))
        except Exception as error:  # noqa: BLE001  whatever it was: somebody waits for an answer
            self._finish(
                GatewayError(
                    f"the query ended without a result ({type(error).__name__}); other queries are not affected", "lost"
                )
            )

    def _taken(self, answer: Answer) -> QueryResult:
        return QueryResult(
            query_id=self.query_id,
            catalogue=self._request.catalogue,
            answered=answer.answered,
            rows=answer.rows,
            seconds=answer.seconds,
            truncated=answer.truncated,
            notice=messages.cut_short(answer.cut, self._limits),
            as_of=answer.as_of,
        )

    def _finish(self, result: QueryResult | GatewayError) -> None:
        if self._done.is_set():
            return
        self._result, self._ended = result, time.monotonic()
        record = ended(
            self.record,
            outcome=result.outcome if isinstance(result, GatewayError) else "ok",
            seconds=round(self.elapsed(), 3),
            rows=result.rows if isinstance(result, QueryResult) else None,
            as_of=self._execution.as_of,
        )
        try:
            with suppress(QueryRefused):  # it is on record as running, and so as lost
                self._gateway.journal.write(record)
        finally:
            self._done.set()

    def _explained(self, error: GatewayError) -> GatewayError:
        """A limit of time is told with what the person may ask for."""
        if error.outcome == "time":
            return messages.stopped("time", self._limits, self._gateway.settings.research.max_seconds)
        return error


class Gateway:
    """Runs people's SQL; one a process, usable from any thread."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        root = settings.data_dir / "gateway"
        self._root = root
        self.journal = Journal(root / "queries")
        limits = settings.research
        self.places = Places(
            root / "places", limits.queries, limits.wait_seconds, each=limits.queries_each, usual_seconds=limits.seconds
        )
        self._starting = threading.Lock()
        self._sweep(datetime.now(UTC))

    def folder(self, catalogue: str) -> Path:
        """The published folder of a catalogue."""
        return self.settings.analyst if catalogue == "analyst" else self.settings.research_folder

    def temporary(self) -> Path:
        """Where queries keep their temporary files, each in a folder of its own."""
        folder = self._root / "tmp"
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder

    def start(self, request: QueryRequest) -> Running:
        """Check the rights, record the query, and begin it. Raises QueryRefused; that is on record too."""
        if not self.settings.data_dir.is_dir():
            raise QueryRefused(reason("query.no_data", folder=str(self.settings.data_dir)))
        record = self._record(request)
        with self._starting:
            try:
                self._require(request)
            except QueryRefused as error:
                self.journal.write(ended(record, outcome=error.outcome, seconds=0.0))
                raise
            self.journal.write(record)
        return Running(self, request, record)

    def run(self, request: QueryRequest) -> QueryResult:
        """`start` and wait for its end. Raises GatewayError."""
        running = self.start(request)
        try:
            return running.result()
        finally:
            running.cancel()
            running.settle()

    def schema(self, catalogue: str, roles: Iterable[Role]) -> list[CatalogueRelation]:
        """Views and tables of a catalogue with their comments. Raises QueryRefused, StoreError."""
        require_catalogue(catalogue, roles)
        return read_schema(self.folder(catalogue))

    def running(self, actor: str, roles: Iterable[Role]) -> list[QueryRecord]:
        """Queries under way, whichever process asked; one's own, for a steward everybody's."""
        return [record for record in self._visible(actor, roles) if record.outcome == "running"]

    def recent(self, actor: str, roles: Iterable[Role], limit: int = 100) -> list[QueryRecord]:
        """What the service has not taken into its query log yet, newest first."""
        return self._visible(actor, roles)[:limit]

    def cancel(self, query_id: str, actor: str, roles: Iterable[Role]) -> bool:
        """End a query of any process; False where it is not running. Raises PermissionError for somebody else's."""
        record = self.journal.find(query_id)
        if record is None or record.outcome != "running":
            return False
        if record.actor != actor and not sees_all(roles):
            raise PermissionError("this query belongs to another person: only its owner or a steward can end it")
        self.journal.ask_to_end(query_id)
        return True

    def _sweep(self, now: datetime) -> None:
        """What processes left that were killed, and records that no service has taken for longer than they are kept."""
        limits = self.settings.research
        self.journal.expire((now - timedelta(days=limits.log_days)).replace(tzinfo=None))
        oldest = now.timestamp() - limits.max_seconds - LEFT_SECONDS
        for folder in (self._root / "tmp").glob("query-*"):
            with suppress(OSError):
                if folder.stat().st_mtime < oldest:
                    shutil.rmtree(folder, ignore_errors=True)

    def _visible(self, actor: str, roles: Iterable[Role]) -> list[QueryRecord]:
        records = self.journal.records()
        return records if sees_all(roles) else [record for record in records if record.actor == actor]

    def _record(self, request: QueryRequest) -> QueryRecord:
        pid, started = own_process()
        return QueryRecord(
            query_id=uuid4().hex,
            actor=request.actor,
            way=request.way,
            catalogue=request.catalogue,
            sql=spoken(request.sql),
            started_at=naive_now(),
            pid=pid,
            pid_started=started,
        )

    def _require(self, request: QueryRequest) -> None:
        limits = self.settings.research
        require_catalogue(request.catalogue, request.roles)
        if not request.sql.strip():
            raise QueryRefused(reason("query.empty"))
        if not whole((request.sql, request.parameters)):
            raise QueryRefused(reason("query.no_text"))
        if len(request.sql) > MOST_CHARACTERS:
            raise QueryRefused(reason("query.too_long", most=MOST_CHARACTERS, found=len(request.sql)))
        if request.seconds is not None and not 0 < request.seconds <= limits.max_seconds:
            raise QueryRefused(reason("query.too_many_seconds", most=limits.max_seconds))
        own = [r for r in self.journal.records() if r.outcome == "running" and r.actor == request.actor]
        if len(own) >= limits.queries_each:
            raise QueryRefused(reason("query.own_running", running=len(own)))
