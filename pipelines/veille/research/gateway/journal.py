"""Queries that run or have just ended: one small file each, before the query starts and again when it ends.

The service takes ended ones into its table `query_log`; whichever process asks (dashboards, commands, the API) writes
only here, since one process owns the database. What cannot be recorded does not run.
"""

import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import msgspec
import psutil

from veille.reasons import reason
from veille.research.gateway.errors import QueryRefused
from veille.research.gateway.model import QueryRecord


class Journal:
    """The folder `queries` of the gateway; safe to use from any number of processes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, record: QueryRecord) -> None:
        """Add or replace a record. Raises QueryRefused where it cannot be written."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            temporary = self._folder / f"{record.query_id}.{os.getpid()}.part"
            with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(msgspec.json.encode(record))
            temporary.replace(self._file(record.query_id))
        except OSError as error:
            raise QueryRefused(
                reason("query.not_recorded", folder=str(self._folder), error=str(error.strerror))
            ) from None

    def find(self, query_id: str) -> QueryRecord | None:
        """The record of one query, None where there is none (or it is in the query log already)."""
        if not query_id.isalnum():
            return None
        return self._read(self._file(query_id))

    def records(self) -> list[QueryRecord]:
        """All records here, newest first. One whose process has died is said to be lost."""
        found = [record for file in self._folder.glob("*.json") if (record := self._read(file))]
        return sorted(found, key=lambda record: (record.started_at, record.query_id), reverse=True)

    def ask_to_end(self, query_id: str) -> None:
        """Leave word that a running query is to end; its own process looks ten times a second."""
        (self._folder / f"{query_id}.cancel").touch()

    def asked_to_end(self, query_id: str) -> bool:
        return (self._folder / f"{query_id}.cancel").exists()

    def forget(self, query_ids: list[str]) -> None:
        """Delete records that are kept elsewhere now."""
        for query_id in query_ids:
            self._file(query_id).unlink(missing_ok=True)
            (self._folder / f"{query_id}.cancel").unlink(missing_ok=True)

    def expire(self, before: datetime) -> None:
        """Forget ended queries that began before a time (UTC, naive)."""
        self.forget(
            [each.query_id for each in self.records() if each.outcome != "running" and each.started_at < before]
        )

    def _file(self, query_id: str) -> Path:
        return self._folder / f"{query_id}.json"

    @staticmethod
    def _read(file: Path) -> QueryRecord | None:
        try:
            record = msgspec.json.decode(file.read_bytes(), type=QueryRecord)
        except (OSError, msgspec.MsgspecError):
            return None
        if record.outcome == "running" and not _alive(record.pid, record.pid_started):
            return msgspec.structs.replace(record, outcome="lost")
        return record


def own_process() -> tuple[int, float]:
    """Number and start time of this process: the number alone is given out again."""
    return os.getpid(), psutil.Process().create_time()


def _alive(pid: int, started: float) -> bool:
    with suppress(psutil.Error):
        return bool(abs(psutil.Process(pid).create_time() - started) < 1.0)
    return False
