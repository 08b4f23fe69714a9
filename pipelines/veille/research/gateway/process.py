"""One query in one process: started, read from, watched, and killed at its limit."""

import io
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
import polars as pl
import psutil

from veille.research.gateway import messages
from veille.research.gateway.errors import QueryRefused, QueryStopped
from veille.research.gateway.frames import Frames
from veille.research.gateway.model import Answer, Limits
from veille.store.reader import plain_integers
from veille.store.sandbox.job import CATALOGUE, Job, pack

NICENESS = 15
WATCH_SECONDS = 0.1
BESIDE_MIB = 768
"""What the process may hold besides DuckDB's memory limit before it is stopped."""
TEMP_FILES = 1000
_PIECE_BYTES = 1 << 20
_COMMAND = [sys.executable, "-I", "-m", "veille.store.sandbox.worker"]
_ARROW = {"ARROW_DEFAULT_MEMORY_POOL": "system"}
"""Arrow's own allocator reserves a gibibyte at once, which would count against the limit of the process."""


def run_locked(
    folder: Path,
    sql: str,
    parameters: Mapping[str, Any] | None = None,
    limits: Limits | None = None,
    temporary: Path | None = None,
) -> Answer:
    """Run one untrusted query over a published folder (`catalog.duckdb` and `segments/`), which it cannot leave.

    temporary: where its temporary files go (the system's place by default); nothing of them stays. Nobody's rights are
    checked and nothing is recorded: that is the caller's. Raises QueryRefused, QueryWrong or QueryStopped.
    """
    execution = Execution(folder, sql, parameters or {}, limits or Limits(), temporary=temporary)
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
        limits: Limits,
        *,
        temporary: Path | None = None,
        asked_to_end: Callable[[], bool] = lambda: False,
    ) -> None:
        self._folder, self._sql, self._parameters, self._limits = folder.resolve(), sql, parameters, limits
        self._parent, self._asked_to_end = temporary, asked_to_end
        self._process: subprocess.Popen[bytes] | None = None
        self._temporary: Path | None = None
        self._lock = threading.Lock()
        self._stopped: str | None = None
        self._frames = Frames()

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
            raise QueryRefused(
                f"nothing is published in {self._folder.name} yet: wait for `veille run`, or start `veille replay`"
            )
        self._temporary = temporary = Path(tempfile.mkdtemp(prefix="query-", dir=self._parent)).resolve()
        job = self._job(temporary)
        started = time.monotonic()
        process = self._start(job, temporary)
        self._read(process, started + self._limits.seconds, temporary)
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
        try:
            parameters = pack(self._parameters)
        except TypeError as error:
            raise QueryRefused(str(error)) from None
        job = Job(
            folder=str(self._folder),
            temporary=str(temporary),
            sql=self._sql,
            parameters=parameters,
            seconds=limits.seconds,
            memory_mib=limits.memory_mib,
            threads=limits.threads,
            temp_mib=limits.temp_mib,
            rows=limits.rows,
            result_mib=limits.result_mib,
            niceness=NICENESS,
        )
        return msgspec.json.encode(job) + b"\n"

    def _start(self, job: bytes, temporary: Path) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._stopped:
                raise messages.stopped(self._stopped, self._limits)
            self._process = process = subprocess.Popen(
                _COMMAND,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=temporary,
                env={"HOME": str(temporary), "LC_ALL": "C.UTF-8", "TZ": "UTC", **_ARROW},
                start_new_session=True,
            )
        assert process.stdin is not None
        with suppress(BrokenPipeError):
            process.stdin.write(job)
            process.stdin.flush()  # stays open: the process ends when it closes, as it does when this one dies
        return process

    def _read(self, process: subprocess.Popen[bytes], deadline: float, temporary: Path) -> None:
        """Until the last frame, the end of the pipe, or a limit."""
        assert process.stdout is not None
        pipe = process.stdout.fileno()
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            watched = 0.0
            while self._frames.end is None and self._stopped is None:
                now = time.monotonic()
                if now >= min(watched + WATCH_SECONDS, deadline):
                    self._watch(process, now >= deadline, temporary)
                    watched = now
                if selector.select(max(0.0, min(WATCH_SECONDS, deadline - now))):
                    data = os.read(pipe, _PIECE_BYTES)
                    if not data:
                        return
                    self._frames.feed(data)

    def _watch(self, process: subprocess.Popen[bytes], late: bool, temporary: Path) -> None:
        if late:
            self.stop("time")
        elif _resident(process.pid) > (self._limits.memory_mib + BESIDE_MIB) << 20:
            self.stop("memory")
        elif _too_much(temporary, self._limits.temp_mib << 20):
            self.stop("temp")
        elif self._asked_to_end():
            self.stop("cancelled")

    def _answer(self, process: subprocess.Popen[bytes], seconds: float) -> Answer:
        end = self._frames.end
        if self._stopped and (end is None or end.outcome != "ok"):
            raise messages.stopped(self._stopped, self._limits)
        if end is None:
            raise messages.stopped(_cause(process.wait()), self._limits)
        if end.outcome != "ok":
            raise messages.failed(end.outcome, end.message, self._limits)
        stream = self._frames.stream
        return Answer(stream, end.rows, seconds, self.as_of, end.cut, _frame(stream))

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


def _frame(stream: bytes) -> pl.DataFrame:
    if not stream:
        return pl.DataFrame()
    try:
        return plain_integers(pl.read_ipc_stream(io.BytesIO(stream)))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise QueryStopped(
            f"a column has a type that cannot be passed on ({type(error).__name__}): CAST it AS VARCHAR", "wrong"
        ) from None
