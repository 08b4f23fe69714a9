"""A private database to publish from, filled event by event."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import duckdb
import pytest

from veille.config import Publish
from veille.store.migrations import migrate
from veille.store.publish import Compactor, Publisher
from veille.store.reader import Reader

NOON = datetime(2026, 3, 10, 12)
_SPACE = UUID(int=7)
_DEFAULTS: dict[str, dict[str, Any]] = {
    "mentions": {
        "account_id": uuid5(_SPACE, "asker"),
        "is_self": False,
        "target_basis": "post_author",
        "request_class": "other_edit",
        "target_gender": "unknown",
        "prompt": "a mild request",
    },
    "generations": {"outcome": "fulfilled", "sexualised": "none", "plan": "unknown"},
    "moderations": {"subject_type": "post", "action": "removed", "subject_id": uuid5(_SPACE, "post")},
}


def pseudonym(name: str) -> UUID:
    return uuid5(_SPACE, name)


class Private:
    """The private database; each `commit` is one batch of ingest."""

    def __init__(self, path: str = ":memory:") -> None:
        self.connection = duckdb.connect(path, config={"threads": "1"})
        migrate(self.connection)
        self.batch = 0
        self._waiting: list[tuple[str, dict[str, Any]]] = []

    def add(self, table: str, name: str, at: datetime, **columns: Any) -> None:
        """One event of the next batch. name: of its id. Every UUID column may be given as a name."""
        row = {"event_id": name, "platform": "x", "occurred_at": at} | _DEFAULTS[table] | columns
        ids = {key: pseudonym(value) for key, value in row.items() if key.endswith("_id") and isinstance(value, str)}
        self._waiting.append((table, row | ids))

    def commit(self, now: datetime, duplicates: int = 0) -> None:
        self.batch += 1
        cursor, waiting = self.connection.cursor(), self._waiting
        self._waiting = []
        cursor.begin()
        for table, row in waiting:
            row |= {"ingested_at": now, "batch": self.batch}
            columns, values = ", ".join(f'"{name}"' for name in row), ", ".join(f"${name}" for name in row)
            cursor.execute(f"INSERT INTO {table} ({columns}) VALUES ({values})", row)
        cursor.execute("INSERT INTO batches VALUES (?, ?, ?, ?, 0, 0)", [self.batch, now, len(waiting), duplicates])
        cursor.commit()

    def letter(self, at: datetime, rule: str = "json") -> None:
        """A dead letter of the next batch."""
        self.connection.cursor().execute(
            "INSERT INTO dead_letters (letter_id, received_at, source, position, event_type, path, rule, detail, size, lax, batch)"
            " VALUES (uuid(), ?, 'test', 1, 'mention', '$', ?, 'text', 3, false, ?)",
            [at, rule, self.batch + 1],
        )


class Site:
    """A private database, its publisher and compactor, and a reader of what they publish."""

    def __init__(self, root: Path, settings: Publish) -> None:
        self.folder = root / "published" / "analyst"
        self.settings = settings
        self.private = Private()
        self.publisher = Publisher(self.private.connection, self.folder, settings)
        self.publisher.start(NOON)
        self.compactor = Compactor(self.publisher)
        self.reader = Reader(self.folder, threads=1)

    def restart(self, now: datetime) -> None:
        """As after a crash: a new publisher on the same database and folder."""
        self.close()
        self.publisher = Publisher(self.private.connection, self.folder, self.settings)
        self.publisher.start(now)
        self.compactor = Compactor(self.publisher)

    def commit(self, now: datetime) -> None:
        """Commit what was added and publish it."""
        self.private.commit(now)
        self.publisher.publish(now)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.reader.query(sql).rows()

    def files(self) -> list[str]:
        found = self.folder.glob("segments/*/*/*.parquet")
        return sorted(path.relative_to(self.folder).as_posix() for path in found)

    def listed(self, relation: str) -> list[tuple[str, int]]:
        """(partition, rows) of a relation's segments."""
        return self.rows(f"SELECT partition, row_count FROM segments WHERE relation = '{relation}' ORDER BY ALL")

    def compact(self, now: datetime) -> int:
        """Merge until all is well, and publish that."""
        merges = 0
        while done := self.compactor.step(now):
            merges += done
        self.publisher.publish(now + timedelta(seconds=5))
        return merges

    def close(self) -> None:
        self.compactor.close()
        self.publisher.close()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path, Publish())
    yield made
    made.reader.close()
    made.close()
