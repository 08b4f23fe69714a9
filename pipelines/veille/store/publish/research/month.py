"""One month of the research catalogue: taken from the analyst catalogue in use, coarsened, written as files."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from veille.store.publish.research.pseudonyms import Role, pseudonym_table
from veille.store.publish.run import one, run
from veille.store.publish.segments import ROW_GROUP_ROWS
from veille.store.sql import literal, statement

RELATIONS = (
    "exchanges", "generations", "moderations", "requests_day", "targets", "accounts", "minor_flags", "coverage",
    "surges", "drops", "target_surges_day", "clusters",
)  # fmt: skip
_EVENTS = ("exchanges", "generations", "moderations")
_PRECISIONS = ("hour", "day", "month")
_LEVELS = 5
_NOBODY = "empty.parquet"


@dataclass(frozen=True, slots=True)
class Month:
    """What is taken: events with since <= occurred_at < until. finished: whether that is the whole month."""

    since: datetime
    until: datetime
    finished: bool


@dataclass(frozen=True, slots=True)
class Written:
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

    def write(self, month: Month, key: bytes, *, keep_empty: bool = False) -> tuple[list[Written], int]:
        """The month's files, and how many events are held back. Raises duckdb.Error or OSError; no file is left then."""
        self._set(since=month.since, until=month.until)
        written: list[Written] = []
        held_back = 0
        try:
            for name in _EVENTS:
                held_back += self._coarsen(name)
                written += self._copy(name, month, keep_empty)
                if name == "exchanges":
                    written += self._copy("requests_day", month, keep_empty)
                if month.finished:
                    written += self._whole_month(name, month, key, keep_empty)
            for name in ("coverage", "surges", "drops", "target_surges_day", "clusters"):
                written += self._copy(name, month, keep_empty)
        except BaseException:
            for file in written:
                (self._folder / file.path).unlink(missing_ok=True)
            raise
        return written, held_back

    def counted(self, month: Month) -> tuple[int, int, int]:
        """Mentions, generations and moderations of the month."""
        self._set(since=month.since, until=month.until)
        found = one(self._connection, "research/counted") or (0, 0, 0)
        return int(found[0]), int(found[1]), int(found[2])

    def _coarsen(self, name: str) -> int:
        connection = self._connection
        run(connection, f"research/take_{name}")
        connection.execute("DELETE FROM kept; DELETE FROM placed")
        run(connection, f"research/keep_{name}", small=self._small)
        for precision in _PRECISIONS:
            run(connection, "research/place", precision=precision, small=self._small)
        return int((one(connection, "research/held_back") or (0,))[0])

    def _whole_month(self, name: str, month: Month, key: bytes, keep_empty: bool) -> list[Written]:
        """What would show an hour by changing within the month."""
        if name == "moderations":
            return []
        self._set(event_type="mention" if name == "exchanges" else "generation")
        written = self._copy("minor_flags", month, keep_empty)
        if name == "exchanges":
            written += self._people("target", month, key, keep_empty)
            written += self._people("account", month, key, keep_empty)
        return written

    def _people(self, role: Role, month: Month, key: bytes, keep_empty: bool) -> list[Written]:
        connection = self._connection
        run(connection, f"research/measure_{role}s")
        run(connection, "research/banded")
        for level in range(_LEVELS):
            run(connection, f"research/band_{role}s", level=level, small=self._small)
        table = pseudonym_table(key, role, (row[0] for row in run(connection, "research/distinct_ids")))
        connection.register("pseudonyms", table)
        try:
            return self._copy(f"{role}s", month, keep_empty)
        finally:
            connection.unregister("pseudonyms")

    def _copy(self, name: str, month: Month, keep_empty: bool) -> list[Written]:
        file = f"{secrets.token_hex(6)}.parquet"
        target = self._folder / "segments" / name / f"month={month.since:%Y-%m}" / file
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
        return [Written(name, path, month.since, rows, target.stat().st_size)]

    def _set(self, **values: object) -> None:
        for name, value in values.items():
            self._connection.execute(f"SET VARIABLE {name} = $value", {"value": value})


def empty_path(relation: str) -> str:
    """The relation's file without rows, relative to the folder."""
    return f"segments/{relation}/{_NOBODY}"
