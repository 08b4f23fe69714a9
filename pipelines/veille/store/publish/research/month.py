"""One month of the research catalogue: taken from the analyst catalogue in use, coarsened, written as files.

Every relation goes the same way: a file `coarsen_<name>.sql` gives the rows that have no place yet the form of one step of the
relation's ladder, and `rule.sql` says which of these forms enough people share. So there is one k-rule, and what it refuses
at one step is tried at the next, coarser one.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from veille.store.publish.research.ladders import COUNTED, FOUND, RELATIONS, ROWS, Ladder
from veille.store.publish.research.pseudonyms import Role, pseudonym_table
from veille.store.publish.run import one, run
from veille.store.publish.segments import ROW_GROUP_ROWS
from veille.store.sql import literal, statement

_EVENTS = {"exchanges": "mention", "generations": "generation", "moderations": "moderation"}
_LEVELS = 5
_NOBODY = "empty.parquet"
OFFICIAL = "official_statements"
"""The one relation that is not made by month: it holds no events."""


@dataclass(frozen=True, slots=True)
class Month:
    """What is taken: events with since <= occurred_at < until. finished: whether that is the whole month."""

    since: datetime
    until: datetime
    finished: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenFile:
    """One file of the research catalogue; path relative to its folder."""

    relation: str
    path: str
    month: datetime
    row_count: int
    byte_count: int


class MonthWriter:
    """Writes months into one folder, on a connection that uses the analyst catalogue."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path, small: int) -> None:
        self._connection, self._folder, self._small = connection, folder, small
        connection.execute(statement("publish/research/macros"))
        connection.execute("SET VARIABLE small = $small", {"small": small})

    def write_empty(self, key: bytes) -> None:
        """The files that give empty relations their columns."""
        if all((self._folder / "segments" / name / _NOBODY).exists() for name in RELATIONS):
            return
        never = datetime(1900, 1, 1)
        written, _ = self.write(Month(never, never, finished=True), key, keep_empty=True)
        for file in written:
            path = self._folder / file.path
            path.replace(path.parent.parent / _NOBODY)
            if not any(path.parent.iterdir()):
                path.parent.rmdir()

    def write(self, month: Month, key: bytes, *, keep_empty: bool = False) -> tuple[list[WrittenFile], int]:
        """The month's files, and how many events are held back of the relation that loses most.

        Raises duckdb.Error or OSError; no file is left then.
        """
        self._set(since=month.since, until=month.until)
        written: list[WrittenFile] = []
        held_back = 0
        try:
            for source, event_type in _EVENTS.items():
                self._take(source, event_type)
                lost, files = self._events(source, month, keep_empty)
                written += files
                held_back += lost
                if source == "exchanges" and month.finished:
                    written += self._people("target", month, key, keep_empty)
                    written += self._people("account", month, key, keep_empty)
            for ladder in FOUND:
                self._place(ladder)
                written += self._copy(ladder.relation, ladder.output, month, keep_empty)
            if month.finished:
                written += self._copy("minor_flags", "minor_flags", month, keep_empty)
            if keep_empty:
                written += self._copy(OFFICIAL, OFFICIAL, month, keep_empty)
        except BaseException:
            for file in written:
                (self._folder / file.path).unlink(missing_ok=True)
            raise
        return written, held_back

    def write_official(self, until: datetime) -> list[WrittenFile]:
        """The file of official statements: whole each time, since a load may change any day. It stands under the month of `until`."""
        since = until.replace(day=1, hour=0)
        return self._copy(OFFICIAL, OFFICIAL, Month(since, until, finished=False), keep_empty=False)

    def counted(self, month: Month) -> tuple[int, int, int]:
        """Mentions, generations and moderations of the month."""
        self._set(since=month.since, until=month.until)
        found = one(self._connection, "research/counted") or (0, 0, 0)
        return int(found[0]), int(found[1]), int(found[2])

    def _take(self, source: str, event_type: str) -> None:
        """Fill `taken`, and say which of its values are common."""
        connection = self._connection
        self._set(event_type=event_type)
        run(connection, f"research/take_{source}")
        connection.execute("DELETE FROM kept")
        run(connection, f"research/values_{source}")
        run(connection, "research/rule", small=self._small)
        run(connection, "research/keep")

    def _events(self, source: str, month: Month, keep_empty: bool) -> tuple[int, list[WrittenFile]]:
        """What is made of `taken`: (events held back, files)."""
        written = self._copy("coverage", "coverage", month, keep_empty)
        lost = 0
        for ladder in (*ROWS, *COUNTED):
            if ladder.source == source:
                self._place(ladder)
                lost = max(lost, self._left_out("taken")) if ladder in ROWS else lost
                written += self._copy(ladder.relation, ladder.output, month, keep_empty)
        self._place(Ladder(relation="coverage_day", source=source, output="cells"))
        return lost, written + self._copy("coverage_day", "cells", month, keep_empty)

    def _left_out(self, rows: str) -> int:
        """Rows of a table that no step could place so far."""
        return int(run(self._connection, "research/left_out", {"rows": rows})[0][0])

    def _place(self, ladder: Ladder) -> None:
        """Give each row of a relation the finest form that the k-rule lets pass."""
        self._release(f"coarsen_{ladder.relation}", ladder.steps, "taken" if ladder.source else None)

    def _release(self, coarsen: str, steps: Sequence[Mapping[str, Any]], rows: str | None) -> None:
        """Apply the k-rule to the candidates of each step, until no step is left or every row of the table `rows` has its place."""
        connection = self._connection
        run(connection, "research/start")
        for number, step in enumerate(steps):
            if number and rows and not self._left_out(rows):
                return
            run(connection, f"research/{coarsen}", **step)
            if number == 0:
                run(connection, "research/gather")
            run(connection, "research/rule", small=self._small)
            run(connection, "research/release")
            run(connection, "research/settle")

    def _people(self, role: Role, month: Month, key: bytes, keep_empty: bool) -> list[WrittenFile]:
        connection = self._connection
        run(connection, f"research/measure_{role}s")
        run(connection, "research/pair", role=role)
        self._release("coarsen_people", [{"detail": level} for level in range(_LEVELS)], "measured")
        table = pseudonym_table(key, role, (row[0] for row in run(connection, "research/people_ids")))
        connection.register("pseudonyms", table)
        try:
            return self._copy(f"{role}s", f"{role}s", month, keep_empty)
        finally:
            connection.unregister("pseudonyms")

    def _copy(self, relation: str, name: str, month: Month, keep_empty: bool) -> list[WrittenFile]:
        """Write the rows of `sql/publish/research/<name>.sql` as a file of the relation; none where there are no rows."""
        file = f"{secrets.token_hex(6)}.parquet"
        target = self._folder / "segments" / relation / f"month={month.since:%Y-%m}" / file
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._folder / "tmp" / file
        query = statement(f"publish/research/{name}")
        try:
            (found,) = self._connection.execute(
                f"COPY ({query}) TO {literal(str(temporary))} "
                f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP_ROWS})"
            ).fetchall()
            rows = int(found[0])
            if not rows and not keep_empty:
                return []
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
        path = target.relative_to(self._folder).as_posix()
        return [
            WrittenFile(
                relation=relation, path=path, month=month.since, row_count=rows, byte_count=target.stat().st_size
            )
        ]

    def _set(self, **values: object) -> None:
        for name, value in values.items():
            self._connection.execute(f"SET VARIABLE {name} = $value", {"value": value})


def empty_path(relation: str) -> str:
    """The relation's file without rows, relative to the folder."""
    return f"segments/{relation}/{_NOBODY}"
