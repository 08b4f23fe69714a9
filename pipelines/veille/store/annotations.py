"""Notes that persons put beside the data: append-only, withdrawn by a further version."""

from datetime import datetime
from secrets import token_hex

import polars as pl

from veille.store.database import Database
from veille.store.sql import Names
from veille.times import naive, naive_now

_LATEST: Names = {"table": "annotations", "key": "annotation_id", "order": ("since", "annotation_id")}


class Annotations:
    """Annotations of an open database. Safe to share among threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, author: str, note: str, since: datetime, until: datetime | None = None, about: str | None = None
    ) -> str:
        """Write a note, scrubbed; returns its id. Raises StoreError.

        since, until: event time (UTC); without `until` it is about a moment.
        """
        annotation_id = token_hex(16)
        self._write(
            annotation_id, author, self._database.clean(note), naive(since), until and naive(until), about, "present"
        )
        return annotation_id

    def withdraw(self, annotation_id: str, author: str) -> bool:
        """Take a note back, in somebody's name; False where there is none that stands. Raises StoreError."""
        found = self.latest().filter(pl.col("annotation_id") == annotation_id, pl.col("state") == "present")
        if found.is_empty():
            return False
        row = found.row(0, named=True)
        self._write(annotation_id, author, row["note"], row["since"], row["until"], row["about"], "withdrawn")
        return True

    def latest(self) -> pl.DataFrame:
        """The latest version of every annotation, withdrawn ones too: columns as the table."""
        return self._database.frame("store/latest", _LATEST)

    def _write(
        self, annotation_id: str, author: str, note: str, since: datetime, until: datetime | None, about: str | None, state: str
    ) -> None:  # fmt: skip
        self._database.execute(
            "annotations/append", annotation_id=annotation_id, known_at=naive_now(), since=since, until=until,
            about=about, note=note, author=author, state=state,
        )  # fmt: skip
