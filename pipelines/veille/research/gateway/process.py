"""One query in one process: started, read from, watched, and killed at its limit."""

import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import psutil

from veille.reasons import Reason, reason
from veille.research.gateway import messages
from veille.research.gateway.errors import QueryRefused
from veille.research.gateway.model import Answer, QueryLimits
from veille.research.gateway.rows import ResultRows
from veille.store.sandbox.job import CATALOGUE, SandboxJob, pack
from veille.store.sandbox.wire import FrameError, FrameReader, TooLargeError

NICENESS = 15
WATCH_SECONDS = 0.1
BESIDE_MIB = 768
"""What the process may hold besides DuckDB's memory limit before it is stopped."""
TEMP_FILES = 1000
END_SECONDS = 2.0
_PIECE_BYTES = 1 << 20
_COMMAND = [sys.executable, "-I", "-m", "veille.store.sandbox.worker"]
WORKER_ENVIRONMENT = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "OPENBLAS_NUM_THREADS": "1",
}
"""Arrow's own allocator reserves a gibibyte at once, which would count against the limit of the process. Arrow and numpy would each
start threads when they are loaded, which is before the process can be locked."""


def run_locked(
    folder: Path,
    sql: str,
    parameters: Mapping[str, Any] | None = None,
    limits: QueryLimits | None = None,
    temporary: Path | None = None,
) -> Answer:
    """Run one untrusted query over a published folder (`catalog.duckdb` and `segments/`), which it cannot leave.

    temporary: where its temporary files go (the system's place by default); nothing of them stays. Nobody's rights are
    checked and nothing is recorded: that is the caller's. Raises QueryRefused, QueryWrong or QueryStopped.
    """
    execution = Execution(folder, sql, parameters or {}, limits or QueryLimits(), temporary=temporary)
    try:
        return execution.run()
    finally:
        execution.clean()


class Execution:
    """One query: `run` once, `clean` after it, `stop` from any thread."""

    def __init__(
        self,
        folder: Path,
        sql: str,
        parameters: Mapping[str, Any],
        limits: QueryLimits,
        *,
        temporary: Path | None = None,
        asked_to_end: Callable[[], str | None] = lambda: None,
    ) -> None:
        self._folder, self._sql, self._parameters, self._limits = folder.resolve(), sql, parameters, limits
        self._parent, self._asked_to_end = temporary, asked_to_end
        self._process: subprocess.Popen[bytes] | None = None
        self._temporary: Path | None = None
        self._lock = threading.Lock()
        self._stopped: str | None = None
        self._rows = ResultRows(temporary)
        self._frames = FrameReader(self._rows, _most_bytes(limits))

    @property
    def as_of(self) -> datetime | None:
        """Ingest time of the newest event that the query sees; None before it begins."""
        return self._frames.as_of

    def stop(self, outcome: str) -> None:
        """Kill the query; `run` raises QueryStopped of that outcome. Later calls change nothing."""
        with self._lock:
            self._stopped = self._stopped or outcome
            self._kill()

    def run(self) -> Answer:
        """Raises QueryRefused, QueryWrong or QueryStopped, at once where the query is stopped: it may take a moment to die."""
        if not (self._folder / CATALOGUE).is_file():
            raise QueryRefused(reason("query.not_published", folder=self._folder.name))
        self._temporary = temporary = Path(tempfile.mkdtemp(prefix="query-", dir=self._parent)).resolve()
        job = self._job(temporary)
        started = time.monotonic()
        process = self._start(temporary)
        self._exchange(process, job, started + self._limits.seconds)
        return self._answer(process, time.monotonic() - started)

    def clean(self) -> None:
        """Wait until nothing of the query is left: no process, no file."""
        process = self._process
        if process is not None:
            self._kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with suppress(OSError):
                        pipe.close()
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)

    def _job(self, temporary: Path) -> bytes:
        limits = self._limits
        job = SandboxJob(
            folder=str(self._folder),
            temporary=str(temporary),
            sql=self._sql,
            parameters=_packed(self._parameters),
            seconds=limits.seconds,
            memory_mib=limits.memory_mib,
            threads=limits.threads,
            temp_mib=limits.temp_mib,
            rows=limits.rows,
            result_mib=limits.result_mib,
            niceness=NICENESS,
            kernel_lock=limits.kernel_lock == "required",
        )
        try:
            return msgspec.json.encode(job) + b"\n"
        except (
            ValueError,
            TypeError,
            OverflowError,
            RecursionError,
        ):  # half a character, a number of more than 64 bits
            raise QueryRefused(reason("query.no_text")) from None

    def _start(self, temporary: Path) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._stopped:
                raise messages.stopped(self._stopped, self._limits)
            self._process = process = subprocess.Popen(
                _COMMAND,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=temporary,
                env={"HOME": str(temporary), "LC_ALL": "C.UTF-8", "TZ": "UTC", **WORKER_ENVIRONMENT},
                start_new_session=True,
            )
        return process

    def _exchange(self, process: subprocess.Popen[bytes], job: bytes, deadline: float) -> None:
        """Give the job and take frames, until the last one, the end of the pipe, or a limit.

        The process may be slow to take its job, stop in the middle, or send what is none: nothing here waits for it alone.
        """
        assert process.stdin is not None
        assert process.stdout is not None
        told, pipe = process.stdin.fileno(), process.stdout.fileno()
        os.set_blocking(told, False)
        waiting = memoryview(job)
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            selector.register(told, selectors.EVENT_WRITE)
            watched = 0.0
            while self._frames.end is None and self._stopped is None:
                now = time.monotonic()
                if now >= min(watched + WATCH_SECONDS, deadline):
                    self._watch(process, now >= deadline)
                    watched = now
                for key, _ in selector.select(max(0.0, min(WATCH_SECONDS, deadline - now))):
                    if key.fd == told:
                        waiting = _give(told, waiting)
                        if not waiting:  # it stays open: the process ends when it closes, as it does when this one dies
                            selector.unregister(told)
                    elif not self._take(pipe):
                        return

    def _take(self, pipe: int) -> bool:
        """Take what has come; False at the end."""
        data = os.read(pipe, _PIECE_BYTES)
        try:
            self._frames.feed(data)
        except TooLargeError:
            self.stop("bytes")
        except FrameError:
            self.stop("lost")
        except OSError:  # no room for the rows
            self.stop("temp")
        return bool(data)

    def _watch(self, process: subprocess.Popen[bytes], late: bool) -> None:
        if late:
            self.stop("time")
        elif _resident(process.pid) > (self._limits.memory_mib + BESIDE_MIB) << 20:
            self.stop("memory")
        elif self._temporary is not None and _too_much(self._temporary, self._limits.temp_mib << 20):
            self.stop("temp")
        elif (outcome := self._asked_to_end()) is not None:
            self.stop(outcome)

    def _answer(self, process: subprocess.Popen[bytes], seconds: float) -> Answer:
        end = self._frames.end
        if self._stopped and (end is None or end.outcome != "ok"):
            raise messages.stopped(self._stopped, self._limits)
        if end is None:
            raise messages.stopped(_cause(self._ended(process)), self._limits)
        if end.outcome != "ok":
            raise messages.failed(end, self._limits)
        self._rows.check()
        return Answer(answered=self._rows, rows=end.rows, seconds=seconds, as_of=self.as_of, cut=end.cut)

    def _ended(self, process: subprocess.Popen[bytes]) -> int:
        """Status of a process that has closed its output: it ends soon, or is ended."""
        try:
            return process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._kill()
            return process.wait()

    def _kill(self) -> None:
        if self._process is not None and self._process.poll() is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)


def _cause(status: int) -> str:
    if status in (-signal.SIGXCPU, -signal.SIGALRM):
        return "time"
    return "memory" if status in (-signal.SIGABRT, -signal.SIGKILL) else "lost"


def _resident(pid: int) -> int:
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0


def _too_much(folder: Path, most: int) -> bool:
    """Whether a query left more bytes or files in its temporary folder than DuckDB's own limit lets it."""
    total, files = 0, 0
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            files += 1
            with suppress(OSError):
                total += entry.stat().st_size
            if files > TEMP_FILES:
                return True
    return total > most + (16 << 20)


def _packed(parameters: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return pack(parameters)
    except TypeError as error:
        raise QueryRefused(error.args[0] if isinstance(error.args[0], Reason) else reason("query.no_text")) from None
    except RecursionError:
        raise QueryRefused(reason("query.no_text")) from None


def _give(pipe: int, waiting: memoryview) -> memoryview:
    """Write what the pipe takes; the rest. A process that has gone takes nothing more, and its output tells the rest."""
    try:
        return waiting[os.write(pipe, waiting[:_PIECE_BYTES]) :]
    except BlockingIOError:
        return waiting
    except OSError:
        return waiting[:0]


def _most_bytes(limits: QueryLimits) -> int:
    """What the stream may have: rows are cut by the process itself, names and types of columns stand beside them."""
    return (limits.result_mib << 21) + _PIECE_BYTES
