"""One query in one process: started, read from, watched, and killed at its limit."""

import io
import os
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
from typing import IO, Any

import msgspec
import polars as pl
import psutil

from veille.research.gateway import messages
from veille.research.gateway.errors import QueryRefused, QueryStopped
from veille.research.gateway.model import Answer, Limits
from veille.store.reader import plain_integers
from veille.store.sandbox.job import CATALOGUE, HEADER_BYTES, Begin, End, Job, pack

NICENESS = 15
WATCH_SECONDS = 0.1
BESIDE_MIB = 768
"""What the process may hold besides DuckDB's memory limit before it is stopped."""
TEMP_FILES = 1000
_COMMAND = [sys.executable, "-I", "-m", "veille.store.sandbox.worker"]


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
    return Execution(folder, sql, parameters or {}, limits or Limits(), temporary=temporary).run()


class Execution:
    """One query; `run` once, `stop` from any thread."""

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
        self._lock = threading.Lock()
        self._stopped: str | None = None
        self._ended = threading.Event()
        self.as_of: datetime | None = None

    def stop(self, outcome: str) -> None:
        """Kill the query; `run` raises QueryStopped of that outcome. Later calls change nothing."""
        with self._lock:
            if self._stopped is None and not self._ended.is_set():
                self._stopped = outcome
                self._kill()

    def run(self) -> Answer:
        """Raises QueryRefused, QueryWrong or QueryStopped."""
        if not (self._folder / CATALOGUE).is_file():
            raise QueryRefused(
                f"nothing is published in {self._folder.name} yet: wait for `veille run`, or start `veille replay`"
            )
        temporary = Path(tempfile.mkdtemp(prefix="query-", dir=self._parent)).resolve()
        try:
            return self._run(temporary)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)

    def _run(self, temporary: Path) -> Answer:
        job = self._job(temporary)
        started = time.monotonic()
        process = self._start(job, temporary)
        watcher = threading.Thread(target=self._watch, args=(process, started, temporary), daemon=True)
        watcher.start()
        try:
            assert process.stdout is not None
            end, stream = self._read(process.stdout)
        finally:
            with self._lock:
                self._ended.set()
            self._kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with suppress(OSError):
                        pipe.close()
            watcher.join()
        return self._answer(end, stream, time.monotonic() - started, process.returncode)

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
                env={"HOME": str(temporary), "LC_ALL": "C.UTF-8", "TZ": "UTC"},
                start_new_session=True,
            )
        assert process.stdin is not None
        with suppress(BrokenPipeError):
            process.stdin.write(job)
            process.stdin.flush()  # stays open: the process ends when it closes, as it does when this one dies
        return process

    def _read(self, source: IO[bytes]) -> tuple[End | None, bytes]:
        parts: list[bytes] = []
        while len(header := source.read(HEADER_BYTES)) == HEADER_BYTES:
            body = source.read(int.from_bytes(header[1:], "big"))
            if header[:1] == b"A":
                parts.append(body)
            elif header[:1] == b"S":
                as_of = msgspec.json.decode(body, type=Begin).as_of
                self.as_of = datetime.fromisoformat(as_of) if as_of else None
            else:
                return msgspec.json.decode(body, type=End), b"".join(parts)
        return None, b""

    def _answer(self, end: End | None, stream: bytes, seconds: float, status: int) -> Answer:
        if self._stopped:
            raise messages.stopped(self._stopped, self._limits)
        if end is None:
            raise messages.stopped(_cause(status), self._limits)
        if end.outcome != "ok":
            raise messages.failed(end.outcome, end.message, self._limits)
        return Answer(stream, end.rows, seconds, self.as_of, end.cut, _frame(stream))

    def _watch(self, process: subprocess.Popen[bytes], started: float, temporary: Path) -> None:
        deadline = started + self._limits.seconds
        while not self._ended.wait(max(0.0, min(WATCH_SECONDS, deadline - time.monotonic()))):
            if time.monotonic() >= deadline:
                self.stop("time")
            elif _resident(process.pid) > (self._limits.memory_mib + BESIDE_MIB) << 20:
                self.stop("memory")
            elif _too_much(temporary, self._limits.temp_mib << 20):
                self.stop("temp")
            elif self._asked_to_end():
                self.stop("cancelled")
            if self._stopped:
                return

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
