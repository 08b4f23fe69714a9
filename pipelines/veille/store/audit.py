"""The audit log: who did what that touches a person or a right. Append-only, each row chained to the one before it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock

import polars as pl

from veille.store.database import Database
from veille.store.errors import StoreError

_ATTEMPTS = 5
_lock = Lock()  # one process owns the database, so one lock orders all its writers


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """What checking the chain found.

    rows: how many were checked. head: digest of the last one ('' without rows). first_broken: number of the first row
    that does not follow from the one before it. expected_missing: a digest noted elsewhere is not in the log.
    """

    rows: int
    head: str
    first_broken: int | None
    expected_missing: bool

    @property
    def sound(self) -> bool:
        return self.first_broken is None and not self.expected_missing


class Audit:
    """Writes and checks the audit log of an open database. Safe to share among threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(
        self, actor: str, action: str, subject: str | None = None, reason: str | None = None, at: datetime | None = None
    ) -> None:
        """Append one row, its reason scrubbed; `at` is now where it is not given. Raises StoreError: what is not noted must not be done."""
        moment = (at or datetime.now(UTC)).replace(tzinfo=None)
        said = None if reason is None else self._database.clean(reason)
        row = {"happened_at": moment, "actor": actor, "action": action, "subject": subject, "reason": said}
        with _lock:
            for attempt in range(1, _ATTEMPTS + 1):
                try:
                    self._database.execute("audit/append", **row)
                except StoreError:
                    if attempt == _ATTEMPTS:
                        raise
                else:
                    return

    def entries(
        self, *, actor: str | None = None, action: str | None = None, subject: str | None = None, limit: int = 100
    ) -> pl.DataFrame:
        """Rows, newest first; columns as in sql/audit/list.sql."""
        return self._database.frame("audit/list", actor=actor, action=action, subject=subject, limit=limit)

    def verify(self, expected: str | None = None) -> ChainCheck:
        """Recompute the chain; `expected`: a head that was noted earlier and must still be in it."""
        found = self._database.frame("audit/verify", expected=expected).row(0, named=True)
        missing = expected is not None and found["expected_at"] is None
        return ChainCheck(found["row_count"], found["head"] or "", found["first_broken"], missing)
