"""What did not fit between the positions and the logs of Kafka: on record, counted, told once."""

from collections.abc import Callable

import structlog

from veille.sources.base import StreamChange
from veille.store.database import Database
from veille.store.errors import StoreFullError
from veille.times import naive_now

log = structlog.get_logger(__name__)


class StreamLog:
    """Writes down what a stream met. Called by the ingest thread."""

    def __init__(self, database: Database, count: Callable[[StreamChange], None]) -> None:
        """count: told of each log that did not fit."""
        self._database = database
        self._count = count
        self._waiting: list[StreamChange] = []

    def take(self, changes: list[StreamChange]) -> None:
        """Put them on record; what finds no room on the disk waits for the next call. Raises StoreError."""
        adopted = [change for change in changes if change.reason == "adopted"]
        if adopted:
            log.info(
                "positions without a topic ID get the current one; from now on a recreated topic is detected",
                partitions=len(adopted),
            )
        for change in changes:
            if change.reason != "adopted":
                self._count(change)
        self._waiting += changes
        try:
            while self._waiting:
                self._write(self._waiting[0])
                del self._waiting[0]
        except StoreFullError:
            pass  # ingest says so, and waits too

    def _write(self, change: StreamChange) -> None:
        if change.reason == "adopted":
            if change.log_id is not None:
                self._database.adopt_log(change.place, change.log_id)
            return
        self._database.note_change(
            naive_now(),
            change.place,
            change.reason,
            change.log_id,
            wanted=change.wanted,
            start=change.start,
            lost=change.lost,
        )
