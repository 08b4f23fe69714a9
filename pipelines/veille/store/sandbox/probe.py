"""Trying what a query must not be able to do: `python -m veille.store.sandbox.probe`, a Job as JSON on its input, a Report on its output.

The process locks itself in as that of a query does, and then writes, as a fault of the engine would: past the check of queries and past
DuckDB's own lock. The job's folder is one made for this, with files `catalog.duckdb` and `segment.parquet`, and a file
`outside` beside it.
"""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import msgspec

from veille.store.sandbox.engine import connect
from veille.store.sandbox.errors import QueryRefusedError
from veille.store.sandbox.job import CATALOGUE, SandboxJob
from veille.store.sandbox.lockdown import lock_down
from veille.store.sql import literal

SEGMENT, OUTSIDE = "segment.parquet", "outside"


class Report(msgspec.Struct, frozen=True):
    """tried: what must fail, done: what of it did not. refused: why the process could not lock itself in, where it could not."""

    tried: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    refused: str = ""


def main() -> None:
    job = msgspec.json.decode(sys.stdin.buffer.readline(), type=SandboxJob)
    sys.stdout.buffer.write(msgspec.json.encode(_report(job)))


def _report(job: SandboxJob) -> Report:
    try:
        connection = connect(job)
        lock_down(job)
    except (QueryRefusedError, OSError) as error:
        return Report(refused=str(error))
    connection.execute("SET threads = 4")
    tried = list(_forbidden(connection, Path(job.folder), Path(job.temporary)))
    return Report(tuple(name for name, _ in tried), tuple(name for name, act in tried if _works(act)))


def _forbidden(
    connection: duckdb.DuckDBPyConnection, folder: Path, temporary: Path
) -> Iterator[tuple[str, Callable[[], object]]]:
    """Each would work in a process that is not locked in, whatever those before it did."""
    segment, beside = folder / SEGMENT, folder.parent / OUTSIDE
    copied, planted = literal(str(segment)), literal(str(folder / "planted.csv"))
    yield "make a file", lambda: (folder / "planted").write_bytes(b"x")
    yield "make a folder", (folder / "made").mkdir
    yield "make a link", lambda: (folder / "link").symlink_to(beside)
    yield "append to a file", lambda: segment.open("ab").write(b"x")
    yield "write a file by DuckDB", lambda: connection.execute(f"COPY (SELECT 1 AS a) TO {planted}")
    yield (
        "write over a file by DuckDB",
        lambda: connection.execute(f"COPY (SELECT 1 AS a) TO {copied} (FORMAT parquet, USE_TMP_FILE false)"),
    )
    yield "link a file to where it can be written", lambda: (temporary / "linked").hardlink_to(segment)
    yield "read a file outside", beside.read_bytes
    yield "write a file outside", lambda: beside.write_bytes(b"x")
    yield "truncate a file", lambda: os.truncate(segment, 0)
    yield "move a file away", lambda: segment.rename(temporary / "moved")
    yield "delete a file", (folder / CATALOGUE).unlink


def _works(act: Callable[[], object]) -> bool:
    try:
        act()
    except (OSError, duckdb.Error):
        return False
    return True


if __name__ == "__main__":
    main()
