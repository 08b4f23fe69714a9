"""Research in `veille run`: the gateway behind the API, the log of queries, and the research catalogue in a process of its own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from veille.access import Principal
from veille.config import Settings
from veille.privacy import Key, Pseudonymiser
from veille.research.gateway import Gateway, QueryRecord, QueryRequest, QueryResult, sees_all
from veille.scrub import Scrubber
from veille.store.database import Database
from veille.store.errors import StoreError
from veille.store.publish.errors import PublishError
from veille.store.publish.research import ResearchPublished, ResearchPublisher, complete_until
from veille.store.query_log import QueryLog
from veille.store.reader import Reader
from veille.times import naive, naive_now

TAKE_SECONDS = 5.0
PUBLISH_SECONDS = 30.0
"""How often to look whether another hour is complete."""
START_SECONDS = 20.0
"""A service that has just started has more urgent things to do."""
_NOT_RUN = frozenset({"refused", "wrong"})
_NO_PLATFORM = "unknown"
"""Of a handle in a query: nobody knows on which platform it is meant."""
_NICENESS = 10
_COMMAND = [sys.executable, "-I", "-m", "veille.service.research"]


class ResearchService:
    """What the API and the loops ask (veille.api.research.QueryService)."""

    def __init__(
        self, settings: Settings, database: Database, key: Key, publishes: Callable[[], bool] = lambda: True
    ) -> None:
        """publishes: asked before each publishing; False while it is stopped."""
        self._settings, self._publishes = settings, publishes
        self._beside = ResearchProcess(settings, key)
        self._gateway = Gateway(settings)
        self._started = time.monotonic()
        self._log = QueryLog(database)
        self._scrub = Scrubber(Pseudonymiser(key).short_person)

    def run(self, request: QueryRequest) -> QueryResult:
        return self._gateway.run(request)

    def queries(self, caller: Principal, limit: int) -> list[QueryRecord]:
        """Newest first: those under way, then the log."""
        self.take()
        everybody = sees_all(caller.roles)
        fresh = self._gateway.recent(caller.on_record, caller.roles, limit)
        kept = self._log.entries(None if everybody else caller.on_record, limit)
        seen = {record.query_id for record in fresh}
        logged = [QueryRecord(rows=row.pop("rows_out"), **row) for row in kept if row["query_id"] not in seen]
        return [*fresh, *logged][:limit]

    def cancel(self, query_id: str, caller: Principal) -> bool:
        return self._gateway.cancel(query_id, caller.on_record, caller.roles)

    def take(self) -> None:
        """Take ended queries into the log."""
        ended = [record for record in self._gateway.journal.records() if record.outcome != "running"]
        self._log.add([_row(self._kept(record)) for record in ended])
        self._gateway.journal.forget([record.query_id for record in ended])

    def _kept(self, record: QueryRecord) -> QueryRecord:
        """What did not run is kept without the handles, links and addresses that it may name."""
        if record.outcome not in _NOT_RUN:
            return record
        return msgspec.structs.replace(record, sql=self._scrub(record.sql, _NO_PLATFORM))

    def keep_house(self, now: datetime) -> None:
        """Forget queries that are older than the log is kept."""
        kept = timedelta(days=self._settings.research.log_days)
        self._log.expire(naive(now) - kept)

    def publish(self) -> None:
        """Publish the research catalogue in another process where another hour is complete. Raises PublishError."""
        settled_in = time.monotonic() >= self._started + START_SECONDS
        if self._settings.research.publish and settled_in and self._publishes() and self._hour_is_new():
            self._beside.publish()

    def _hour_is_new(self) -> bool:
        reader = Reader(self._settings.research_folder, threads=1)
        try:
            done = reader.named("gateway/complete_until").item()
        except StoreError:
            return True
        finally:
            reader.close()
        return bool(done < complete_until(self._settings.research, naive_now()))

    def stop(self) -> None:
        """End what runs beside the service."""
        self._beside.stop()


def _row(record: QueryRecord) -> dict[str, object]:
    names = ("query_id", "actor", "way", "catalogue", "started_at", "as_of", "seconds", "outcome", "sql")
    return {**{name: getattr(record, name) for name in names}, "rows_out": record.rows}


def research_publisher(settings: Settings, key: Key) -> ResearchPublisher:
    """The publisher of these settings' research catalogue."""
    work = settings.data_dir / "gateway" / "research"
    return ResearchPublisher(settings.analyst, settings.research_folder, work, settings.research, key)


def publish_research(settings: Settings, key: Key, now: datetime) -> ResearchPublished:
    """Publish the research catalogue here and now (UTC, naive). Raises PublishError."""
    return research_publisher(settings, key).publish(now)


class ResearchProcess:
    """Publishes the research catalogue in a process of low priority, which `stop` ends."""

    def __init__(self, settings: Settings, key: Key) -> None:
        told = {
            "data_dir": str(settings.data_dir.resolve()),
            "research": settings.research.model_dump(mode="json"),
            "key": key.secret.hex(),
        }
        self._told = json.dumps(told).encode()
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def publish(self) -> None:
        """Raises PublishError with the process's line."""
        if self._stopped:
            return
        with subprocess.Popen(
            _COMMAND, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={}
        ) as self._process:
            _, said = self._process.communicate(self._told)
        if self._process.returncode and not self._stopped:
            line = said.decode(errors="replace").strip().rpartition("\n")[2]
            raise PublishError(line or f"the process of the research catalogue ended with {self._process.returncode}")

    def stop(self) -> None:
        """End the process, where one is at work: the catalogue stays as it was, and its leftovers go next time."""
        self._stopped = True
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()


def main() -> None:
    """The process: settings and key as JSON on its input, never on its line or in its environment."""
    told = json.loads(sys.stdin.buffer.read())
    os.nice(_NICENESS)
    settings = Settings(data_dir=told["data_dir"], research=told["research"])
    try:
        publish_research(settings, Key(bytes.fromhex(told["key"])), naive_now())
    except PublishError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
