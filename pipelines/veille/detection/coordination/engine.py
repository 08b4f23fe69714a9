"""Where the watch does its work: in this process, or in one of its own that is handed frames (live, or much history)."""

import multiprocessing
import os
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any, Protocol

import polars as pl

from veille.detect.coordination.far import FarRun
from veille.detect.coordination.watch import CoordinationWatch, Turn
from veille.errors import VeilleError
from veille.workers import begin_worker

NICENESS = 10
"""Live, taking events in and showing them comes first; a cluster may wait some seconds."""


class LostWorkerError(VeilleError):
    """The worker process has ended; what it knew must be rebuilt."""


class CoordinationEngine(Protocol):
    """A watch, wherever it is."""

    def add(self, mentions: pl.DataFrame) -> None: ...
    def step(self, at: datetime) -> Turn: ...
    def look(self, at: datetime) -> Turn: ...
    def recall(self, run: FarRun, at: datetime) -> Turn: ...
    def close(self) -> None: ...


class Inline:
    """In the calling thread."""

    def __init__(self, watch: CoordinationWatch) -> None:
        self.watch = watch
        self.add, self.step, self.look, self.recall = watch.add, watch.step, watch.look, watch.recall

    def close(self) -> None:
        """Nothing to end."""


class Worker:
    """In a process that ends with this one. Every call raises LostWorkerError once it has died."""

    def __init__(self, watch: CoordinationWatch, niceness: int) -> None:
        """niceness: by how much its priority is below that of this process."""
        context = multiprocessing.get_context("spawn")  # the parent has threads: forking it could deadlock
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, niceness), name="coordination", daemon=True)
        self._process.start()
        theirs.close()
        self._call("watch", watch)

    @property
    def pid(self) -> int | None:
        return self._process.pid

    def add(self, mentions: pl.DataFrame) -> None:
        if len(mentions):
            self._call("add", mentions)

    def step(self, at: datetime) -> Turn:
        turn: Turn = self._call("step", at)
        return turn

    def look(self, at: datetime) -> Turn:
        turn: Turn = self._call("look", at)
        return turn

    def recall(self, run: FarRun, at: datetime) -> Turn:
        turn: Turn = self._call("recall", run, at)
        return turn

    def close(self) -> None:
        """End the process."""
        self._connection.close()
        self._process.join(5)
        self._process.kill()

    def _call(self, name: str, *arguments: Any) -> Any:
        try:
            self._connection.send((name, arguments))
            answer = self._connection.recv()
        except (EOFError, OSError) as error:
            raise LostWorkerError(str(error)) from error
        if isinstance(answer, BaseException):
            raise answer
        return answer


def _serve(connection: Connection, niceness: int) -> None:
    """Answer calls until the other side is gone."""
    begin_worker()
    os.nice(niceness)
    watch = CoordinationWatch()
    while True:
        try:
            name, arguments = connection.recv()
        except (EOFError, OSError):
            return
        if name == "watch":
            (watch,) = arguments
            connection.send(None)
            continue
        try:
            answer = getattr(watch, name)(*arguments)
        except Exception as error:  # noqa: BLE001  the caller decides what a failed step means
            answer = error
        connection.send(answer)
