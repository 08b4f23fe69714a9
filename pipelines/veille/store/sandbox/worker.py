"""The process of one query: `python -m veille.store.sandbox.worker`, a SandboxJob as JSON on its input, frames on its output.

It ends with its query, and when its input closes: then the gateway that started it is gone.
"""

import itertools
import os
import sys
import threading
from collections.abc import Sequence

import duckdb
import msgspec
import pyarrow as pa

from veille.reasons import Reason, reason
from veille.store.sandbox.engine import connect, open_catalogue
from veille.store.sandbox.errors import QueryRefusedError, UnknownError
from veille.store.sandbox.guard import check
from veille.store.sandbox.job import SandboxJob, unpack
from veille.store.sandbox.lockdown import lock_down
from veille.store.sandbox.wire import Begin, End, FrameWriter
from veille.store.sql import statement

_BATCH_ROWS = 2048
_STATEMENTS = tuple(f"gateway/{name}" for name in ("as_of", "syntax_tree", "syntax_text", "relations", "macros"))
_AS_TEXT = (
    "INTERVAL",
    "BIT",
    "UNION",
    "MAP",
    "TIME WITH TIME ZONE",
    "TIMETZ",
    "VARIANT",
    "GEOMETRY",
    "TIME_NS",
    "UHUGEINT",
)
"""Types that other programs cannot take over as they are: shown as DuckDB writes them."""


def main() -> None:
    job = msgspec.json.decode(sys.stdin.buffer.readline(), type=SandboxJob)
    out = os.fdopen(os.dup(1), "wb", buffering=1 << 16)
    os.dup2(2, 1)  # whatever a library prints must not stand among the frames
    for name in _STATEMENTS:  # read before the file system is given up
        statement(name)
    answer = FrameWriter(out)
    answer.end(_run(job, answer))
    os._exit(0)  # taking a large result apart again helps nobody


def _end_with_gateway() -> None:
    os.read(0, 1)
    os._exit(3)


def _run(job: SandboxJob, answer: FrameWriter) -> End:
    try:
        connection = connect(job)
        lock_down(job)
        threading.Thread(target=_end_with_gateway, daemon=True).start()
        open_catalogue(job, connection)
        checked = check(connection, job.sql)
        answer.begin(Begin(_as_of(connection)))
        return _send(job, connection, checked, answer)
    except (QueryRefusedError, UnknownError) as error:
        return _told("refused" if isinstance(error, QueryRefusedError) else "wrong", error.reason)
    except MemoryError:
        return End(outcome="memory", message="out of memory")
    except (duckdb.Error, pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            return _told("lost", reason("query.lock_refused", error=str(error.strerror)))
        return End(
            outcome=_outcome(str(error)), message=str(error)
        )  # DuckDB's own words, which Arrow passes on as an OSError


def _told(outcome: str, why: Reason | None) -> End:
    return End(outcome=outcome, message=str(why or ""), reason=None if why is None else why.as_dict())


def _outcome(text: str) -> str:
    if "max_temp_directory_size" in text or "File too large" in text or "No space left" in text:
        return "temp"
    if text.startswith(("Out of Memory", "Memory Error")) or "std::bad_alloc" in text or "malloc of size" in text:
        return "memory"
    return "wrong"


def _as_of(connection: duckdb.DuckDBPyConnection) -> str | None:
    try:
        found = connection.execute(statement("gateway/as_of")).fetchall()
    except duckdb.Error:  # a snapshot may come without
        return None
    return found[0][0].isoformat() if found and found[0][0] is not None else None


def _send(
    job: SandboxJob, connection: duckdb.DuckDBPyConnection, checked: duckdb.Statement, answer: FrameWriter
) -> End:
    """Run the statement that was checked, never the text that was asked."""
    relation = connection.sql(checked, params=unpack(job.parameters) or None)
    if relation is None:
        return End(outcome="ok")
    reader = _showable(relation).to_arrow_reader(_BATCH_ROWS)
    sink = _Pieces(answer)
    rows, cut = 0, None
    with pa.ipc.new_stream(sink, reader.schema) as stream:
        for batch in reader:
            room = job.rows - rows
            if batch.num_rows > room:
                cut = "rows"
            elif sink.written + batch.nbytes > job.result_mib << 20:
                cut = "bytes"
                break
            stream.write_batch(batch.slice(0, room))
            rows += min(batch.num_rows, room)
            if cut:
                break
    return End(outcome="ok", rows=rows, cut=cut)


def _showable(relation: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """The relation with types that other programs take, and a name of its own for each column."""
    as_text = [any(word in str(kind) for word in _AS_TEXT) for kind in relation.types]
    names = _distinct(relation.columns)
    if not any(as_text) and names == relation.columns:
        return relation
    return relation.project(
        ", ".join(
            f"{f'CAST(#{at} AS VARCHAR)' if text else f'#{at}'} AS {_quoted(name)}"
            for at, (name, text) in enumerate(zip(names, as_text, strict=True), start=1)
        )
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _distinct(names: Sequence[str]) -> list[str]:
    """Names of columns as they are; one that was there before gets a number, as the engine's own tables do (a, a_1)."""
    taken, found = set(names), list[str]()
    for name in names:
        free = name
        if name in found:
            free = next(each for number in itertools.count(1) if (each := f"{name}_{number}") not in taken)
        taken.add(free)
        found.append(free)
    return found


class _Pieces:
    """A file to which Arrow writes, one frame a piece."""

    closed = False

    def __init__(self, answer: FrameWriter) -> None:
        self._answer = answer
        self.written = 0

    def write(self, data: bytes) -> int:
        body = memoryview(data)
        self._answer.rows(body)
        self.written += len(body)
        return len(body)

    def flush(self) -> None:
        pass  # every frame is

    def close(self) -> None:
        self.closed = True


if __name__ == "__main__":
    main()
