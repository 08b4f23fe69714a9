"""The private database: opened by one process, migrated by number, written one batch a transaction."""

import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa

from veille.config import Store
from veille.events import EventType, Place, Position
from veille.privacy import Key, Pseudonymiser
from veille.scrub import Scrubber
from veille.store import resolving, scrubbing
from veille.store.damage import told_damage
from veille.store.errors import KeyMismatchError, StoreError, StoreFullError, StoreInvalidError
from veille.store.event_tables import event_hashes
from veille.store.migrations import migrate
from veille.store.seen import Hashes
from veille.store.sql import NO_NAMES, Names, filled, statement
from veille.times import naive


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRows:
    """All that one transaction writes.

    tables: new rows by type, without duplicates. letters, seals, aliases: Arrow tables as in `dead_letters`, `vault` and
    `people_aliases`, or None. met: pseudonyms of the rows (column `handle`, UUID) that may be a handle with an alias, or None.
    positions: where to go on and the newest event time, by partition. simulated: some rows come
    from the simulator.
    """

    tables: Mapping[EventType, pa.Table]
    letters: pa.Table | None
    seals: pa.Table | None
    aliases: pa.Table | None
    positions: Mapping[Place, tuple[Position, datetime | None]]
    accepted: int
    duplicates: int
    dead_letters: int
    unknown_fields: int
    met: pa.Table | None = None
    simulated: bool = False


class Database:
    """One read-write connection to `veille.duckdb`; each thread takes its own `cursor()`."""

    def __init__(self, path: Path | None, settings: Store, key: Key, allowed_tokens: Collection[str] = ()) -> None:
        """Open or create the database at `path` (None: in memory) and bring its schema up to date.

        allowed_tokens: short tokens that the scrubbing of an older database leaves alone ([privacy] tokens).

        Raises StoreError, StoreFullError or KeyMismatchError, each with cause and cure.
        """
        self._path = path
        self._reserve = settings.reserve_mib << 20
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": settings.memory_limit,
            "threads": str(settings.threads),
        }
        with translated(path):
            self._connection = duckdb.connect(str(path or ":memory:"), config=config)
            self._connection.execute("SET checkpoint_threshold = '64MB'")
            migrate(self._connection, {scrubbing.NUMBER: partial(self._scrub_stored, key, allowed_tokens)})
        self._check_key(key)
        self.key_fingerprint = key.fingerprint
        self._scrub = Scrubber(Pseudonymiser(key).short_person)
        self._simulated = False
        self._last_batch = int(self.frame("ingest/last_batch").item())

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection for one more thread of this process."""
        return self._connection.cursor()

    def close(self) -> None:
        """Close; the write-ahead log is folded in where there is room."""
        self._connection.close()

    @property
    def last_batch(self) -> int:
        return self._last_batch

    def clean(self, text: str) -> str:
        """What a person wrote, as it may be kept: without handles, links, addresses and long numbers (veille.scrub)."""
        return self._scrub(text)

    def frame(self, name: str, names: Names = NO_NAMES, /, **parameters: Any) -> pl.DataFrame:
        """Rows of `sql/<name>.sql`. names: what its placeholders stand for."""
        with translated(self._path):
            text = filled(name, names)
            rows: pl.DataFrame = self._connection.cursor().sql(text, params=parameters or None).pl()
            return rows

    def frame_about(self, name: str, wanted: pl.DataFrame, /, **parameters: Any) -> pl.DataFrame:
        """Rows of `sql/<name>.sql`, which reads the registered frame `wanted`."""
        with translated(self._path):
            connection = self._connection.cursor()
            connection.register("wanted", wanted.to_arrow())
            rows: pl.DataFrame = connection.sql(statement(name), params=parameters or None).pl()
            connection.close()
            return rows

    def execute(self, name: str, names: Names = NO_NAMES, /, **parameters: Any) -> None:
        """Run `sql/<name>.sql` in a transaction of its own. names: what its placeholders stand for."""
        with translated(self._path):
            self._connection.cursor().execute(filled(name, names), parameters)

    def insert(self, name: str, rows: pa.Table, names: Names = NO_NAMES) -> None:
        """Run `sql/<name>.sql`, which reads the registered frame `new_rows`, in a transaction of its own."""
        self._require_room()
        with translated(self._path):
            _run_with(self._connection.cursor(), filled(name, names), "new_rows", rows)

    def append_rows(self, table: str, rows: pa.Table) -> None:
        """Append rows that have the columns of a table, in a transaction of its own."""
        self.insert("store/append", rows, appending(table))

    def positions(self) -> dict[Place, Position]:
        """Where every partition goes on that the database has met."""
        rows = self.frame("ingest/positions").iter_rows()
        return {(topic, partition): Position(*position) for topic, partition, *position in rows}

    def note_change(self, at: datetime, place: Place, reason: str, log_id: str | None, **offsets: int) -> None:
        """Put on record that a partition's log did not fit its position. at: UTC without a zone; offsets: wanted, start, lost.

        Raises StoreFullError before anything is written where there is no room.
        """
        self._require_room()
        topic, partition = place
        where = {"known_at": at, "topic": topic, "partition": partition, "reason": reason, "log_id": log_id}
        self.execute("ingest/append_stream_change", **where, **offsets)

    def adopt_log(self, place: Place, log_id: str) -> None:
        """A position that was stored without the topic's id takes the present one. Raises as `note_change`."""
        self._require_room()
        self.execute("ingest/adopt_log", topic=place[0], partition=place[1], log_id=log_id)

    def seen(self, event_type: EventType) -> Hashes:
        """Leading 64 bits of every counted event id of a type, unsorted."""
        with translated(self._path):
            return event_hashes(self._connection.cursor(), event_type.table)

    def resolve_people(self, since: datetime | None = None) -> int:
        """Give rows that came under a handle the person whom it named at the time, by aliases that are new since the last call.

        since: only rows from that event time on (UTC without a zone). Returns how many values changed; then published rows follow at
        the next turn of publishing, and history is decided afresh. A transaction of its own, in any thread. Raises StoreError.
        """
        if self.frame("aliases/waiting").item() == 0:
            return 0
        self._require_room()
        with translated(self._path), closing(self.cursor()) as connection:
            return resolving.resolve_waiting(connection, since)

    def append(self, rows: BatchRows, now: datetime) -> int:
        """Write one batch, all of it or nothing; returns its number.

        Raises StoreFullError, after which the same call may be repeated, or StoreInvalidError, after which the
        database must be opened anew (whether the batch is in it, its positions and event ids say).
        """
        self._require_room()
        batch, at = self._last_batch + 1, naive(now)
        with translated(self._path), self._transaction() as connection:
            for event_type, table in rows.tables.items():
                _run_with(
                    connection,
                    filled("ingest/append_events", {"table": event_type.table}),
                    "new_rows",
                    table,
                    ingested_at=at,
                    batch=batch,
                )
            if rows.letters is not None:
                _run_with(
                    connection,
                    statement("ingest/append_dead_letters"),
                    "new_letters",
                    rows.letters,
                    received_at=at,
                    batch=batch,
                )
            if rows.seals is not None:
                _run_with(connection, statement("ingest/append_vault"), "new_seals", rows.seals, sealed_at=at)
            if rows.aliases is not None:
                _run_with(
                    connection,
                    statement("ingest/append_aliases"),
                    "new_aliases",
                    rows.aliases,
                    known_at=at,
                    batch=batch,
                )
            if rows.met is not None:
                resolving.resolve_batch(connection, rows.met, batch)
            if rows.positions:
                _run_with(
                    connection,
                    statement("ingest/append_positions"),
                    "new_positions",
                    _position_table(rows.positions),
                    updated_at=at,
                )
            if rows.simulated and not self._simulated:
                connection.execute(statement("store/set_fact"), {"name": "simulated", "value": "true"})
            counts = {
                "accepted": rows.accepted,
                "duplicates": rows.duplicates,
                "dead_letters": rows.dead_letters,
                "unknown_fields": rows.unknown_fields,
            }
            connection.execute(statement("ingest/append_batch"), {"batch": batch, "committed_at": at, **counts})
        self._last_batch = batch
        self._simulated |= rows.simulated
        return batch

    def mark_replayed(self, letters: pa.Table, now: datetime) -> None:
        """Note that dead letters (column `letter_id`) became events."""
        with translated(self._path), self._transaction() as connection:
            _run_with(
                connection,
                statement("letters/mark_replayed"),
                "replayed_letters",
                letters,
                replayed_at=naive(now),
            )

    def _require_room(self) -> None:
        """A write that fails half-way costs DuckDB the open database: stop before that."""
        if self._path is None:
            return
        free = shutil.disk_usage(self._path.parent).free
        if free < self._reserve:
            raise StoreFullError(
                f"the disk of {self._path.parent} is full ({free >> 20} MiB free, {self._reserve >> 20} MiB required)",
                ("free disk space; ingest waits and resumes automatically, nothing is lost"),
            )

    @contextmanager
    def _transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        connection = self._connection
        connection.begin()
        try:
            yield connection
            connection.commit()
        except BaseException:
            with suppress(duckdb.Error):  # a failed commit has rolled back already
                connection.rollback()
            raise

    def _scrub_stored(self, key: Key, allowed: Collection[str], connection: duckdb.DuckDBPyConnection) -> None:
        self._check_key(key)  # under another key every pseudonym in a text would be a stranger's
        scrubbing.scrub_stored(connection, key, allowed)

    def _check_key(self, key: Key) -> None:
        with translated(self._path):
            known = self._connection.execute("SELECT value FROM facts WHERE name = 'key_fingerprint'").fetchone()
            if known is None:
                self._connection.execute(
                    "INSERT INTO facts VALUES ('key_fingerprint', $value)", {"value": key.fingerprint}
                )
            elif known[0] != key.fingerprint:
                self._connection.close()
                raise KeyMismatchError(
                    f"the data in {self._path} were written under another pseudonym key ({known[0]}, not {key.fingerprint}): "
                    "restore that key; otherwise every person would get a second pseudonym"
                )


def appending(table: str) -> Names:
    """What the placeholders of `sql/store/append` stand for where the registered frame `new_rows` goes into a table."""
    return {"table": table, "rows": "new_rows"}


def _run_with(
    connection: duckdb.DuckDBPyConnection, query: str, frame: str, table: pa.Table, **parameters: Any
) -> None:
    connection.register(frame, table)
    try:
        connection.execute(query, parameters)
    finally:
        connection.unregister(frame)


def _position_table(positions: Mapping[Place, tuple[Position, datetime | None]]) -> pa.Table:
    return pa.table(
        {
            "topic": pa.array([topic for topic, _ in positions], pa.string()),
            "partition": pa.array([partition for _, partition in positions], pa.int32()),
            "next_offset": pa.array([position.offset for position, _ in positions.values()], pa.int64()),
            "log_id": pa.array([position.log_id for position, _ in positions.values()], pa.string()),
            "leader_epoch": pa.array([position.leader_epoch for position, _ in positions.values()], pa.int32()),
            "newest_occurred_at": pa.array([newest for _, newest in positions.values()], pa.timestamp("us")),
        }
    )


@contextmanager
def translated(path: Path | None) -> Iterator[None]:
    """DuckDB's errors as StoreErrors of one line."""
    try:
        yield
    except duckdb.Error as error:
        text = str(error).splitlines()[0]
        if isinstance(error, duckdb.FatalException):
            raise StoreInvalidError(f"{path} must be reopened after a failed write (check for a full disk)") from None
        if "No space left" in text or "not enough space" in text.lower():
            raise StoreFullError(
                f"the disk of {path} is full", "free disk space; ingest resumes automatically, nothing was lost"
            ) from None
        if "Could not set lock" in text or "Conflicting lock" in text:
            raise StoreError(f"{path} is open in another process", "close that first") from None
        raise told_damage(path, text) from error
