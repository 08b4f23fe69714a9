"""Segments: Parquet files under `segments/<relation>/<partition>/`, written whole under a temporary name, then renamed.

The private table `segments` says which files exist. A file that it does not name is a leftover of a crash; a file is
in the catalogue from its registration to its retirement, and on disk a while longer, for readers that still hold
an older catalogue.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from veille.store.publish.relations import SegmentRelation
from veille.store.publish.run import one, run
from veille.store.sql import filled, literal, statement

ROW_GROUP_ROWS = 122_880
COMPLETE = 0o400
"""Mode of a file that is never written to again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One published file. path: relative to the published folder. first_at, last_at: event time, both included."""

    path: str
    relation: str
    partition: str
    first_at: datetime
    last_at: datetime
    row_count: int
    byte_count: int
    created_at: datetime


_SCHEMA = pa.schema(
    {
        "path": pa.string(),
        "relation": pa.string(),
        "partition": pa.string(),
        "first_at": pa.timestamp("us"),
        "last_at": pa.timestamp("us"),
        "row_count": pa.int64(),
        "byte_count": pa.int64(),
        "created_at": pa.timestamp("us"),
    }
)


def segment_table(segments: Sequence[Segment]) -> pa.Table:
    """Segments as an Arrow table with the names of their fields."""
    return pa.Table.from_pylist([asdict(segment) for segment in segments], _SCHEMA)


def view_of_files(name: str, root: Path, paths: Sequence[str]) -> str:
    """SQL of the view `files.<name>` over files of a published folder, given relative to it.

    It works from any working directory; copied or mounted elsewhere it needs `SET VARIABLE veille_root`.
    """
    listed = literal("".join(f"\n{path}" for path in paths))
    here = f"coalesce(getvariable('veille_root'), {literal(str(root))})"
    files = f"string_split(replace({listed}, chr(10), chr(10) || {here} || '/')[2:], chr(10))"
    return (
        f"CREATE OR REPLACE VIEW files.{name} AS SELECT * FROM "  # noqa: S608  our own names, paths as literals
        f"read_parquet({files}, union_by_name = true, hive_partitioning = false)"
    )


class SegmentFolder:
    """The files of one published folder."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.temporary = self.root / "tmp"

    def make(self) -> None:
        """Create the folder and its sub-folders."""
        for folder in (self.root / "segments", self.temporary):
            folder.mkdir(parents=True, exist_ok=True)

    def write(
        self,
        connection: duckdb.DuckDBPyConnection,
        relation: SegmentRelation,
        partition: str,
        query: str,
        now: datetime,
    ) -> Segment | None:
        """Write the rows of `query`, in its order, as one new segment that is not registered yet; None without rows.

        Raises duckdb.Error or OSError; nothing is left behind then.
        """
        target = (
            self.root / "segments" / relation.name / partition / f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}.parquet"
        )
        target.parent.mkdir(parents=True, exist_ok=True)
        row_count, byte_count, statistics = self._copy(connection, query, target)
        if not row_count:
            target.unlink()
            return None
        span = statistics[f'"{relation.time}"']
        return Segment(
            path=target.relative_to(self.root).as_posix(),
            relation=relation.name,
            partition=partition,
            first_at=datetime.fromisoformat(span["min"]),
            last_at=datetime.fromisoformat(span["max"]),
            row_count=row_count,
            byte_count=byte_count,
            created_at=now,
        )

    def _copy(
        self, connection: duckdb.DuckDBPyConnection, query: str, target: Path
    ) -> tuple[int, int, dict[str, dict[str, str]]]:
        temporary = self.temporary / f"{secrets.token_hex(8)}.parquet"
        try:
            (found,) = connection.execute(
                f"COPY ({query}) TO {literal(str(temporary))} "
                f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP_ROWS}, RETURN_STATS)"
            ).fetchall()
            temporary.chmod(COMPLETE)
            temporary.rename(target)
        finally:
            temporary.unlink(missing_ok=True)
        return int(found[1]), int(found[2]), dict(found[4])

    def delete(self, paths: Iterable[str]) -> None:
        """Delete segments; one that is gone already is fine."""
        for path in paths:
            (self.root / path).unlink(missing_ok=True)

    def sound(self, segment: Segment) -> bool:
        """Whether the file is there in full: its size and Parquet's closing mark."""
        try:
            with (self.root / segment.path).open("rb") as file:
                file.seek(-4, 2)
                return file.read() == b"PAR1" and file.tell() == segment.byte_count
        except OSError:
            return False

    def leftovers(self, known: set[str]) -> list[str]:
        """Files of the folder that are not registered."""
        found = [path.relative_to(self.root).as_posix() for path in self.root.glob("segments/*/*/*") if path.is_file()]
        found += [path.relative_to(self.root).as_posix() for path in self.temporary.glob("*") if path.is_file()]
        return sorted(set(found) - known)


class Register:
    """The private table `segments`, seen by one thread."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def active(self) -> list[Segment]:
        """Segments that the catalogue lists, by relation and time."""
        names = [field.name for field in fields(Segment)]
        return [
            Segment(**dict(zip(names, row, strict=False))) for row in run(self._connection, "private/active_segments")
        ]

    def known(self) -> set[str]:
        """Paths of all files that may be on disk."""
        return {row[0] for row in run(self._connection, "private/all_segments")}

    def add(self, segments: Sequence[Segment]) -> None:
        self._connection.register("written", segment_table(segments))
        try:
            self._connection.execute(filled("store/append", {"table": "segments", "rows": "written"}))
        finally:
            self._connection.unregister("written")

    def retire(self, paths: Sequence[str], now: datetime) -> int:
        """Take segments out of the catalogue; returns how many were in it."""
        found = one(self._connection, "private/retire_segments", paths=list(paths), retired_at=now)
        return int(found[0]) if found else 0

    def retire_all(self, now: datetime) -> None:
        run(self._connection, "private/retire_all", retired_at=now)

    def expired(self, before: datetime) -> list[str]:
        """Segments that were retired at or before a time."""
        return [row[0] for row in run(self._connection, "private/expired_segments", before=before)]

    def forget(self, paths: Sequence[str]) -> None:
        run(self._connection, "private/forget_segments", paths=list(paths))

    def fact(self, name: str) -> str | None:
        row = one(self._connection, "private/fact", name=name)
        return None if row is None else str(row[0])

    def set_fact(self, name: str, value: str) -> None:
        self._connection.execute(statement("store/set_fact"), {"name": name, "value": value})
