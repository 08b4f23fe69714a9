"""The far look beside everything else: a thread reads the mentions once, week by week, and a process of its own works on them."""

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from datetime import datetime, timedelta
from multiprocessing.connection import Connection

import polars as pl

from veille.detect.coordination.far import FarRun, look_back
from veille.detect.coordination.parameters import Parameters
from veille.detection.coordination.engine import LostWorkerError
from veille.stopping import Stop, checking
from veille.store.database import Database
from veille.times import aware
from veille.workers import begin_worker

PART = timedelta(days=7)
"""So much is read at a time: a year of a busy stream does not fit into this process as text."""
_ASK_SECONDS = 0.2


class FarLook:
    """One far look at the mentions of [since, until) (UTC without a zone), begun at once. A detector's thread owns it."""

    def __init__(
        self,
        database: Database,
        classes: Sequence[str],
        parameters: Parameters,
        since: datetime,
        until: datetime,
        *,
        apart: bool,
        niceness: int,
    ) -> None:
        """apart: in a thread and a process of its own, else here and now. niceness: by how much the priority of that process is lower."""
        self.since, self.until = since, until
        self._database, self._classes, self._parameters = database, list(classes), parameters
        self._upto, self._niceness = database.last_batch, niceness
        self._ended = threading.Event()
        self._found: Future[FarRun | None] = Future()
        if apart:
            threading.Thread(target=self._work, args=(self._in_a_process,), name="far-look", daemon=True).start()
        else:
            self._work(self._here)

    def ready(self) -> bool:
        """Whether it has come to its end, in whatever way."""
        return self._found.done()

    def result(self, stop: Stop = lambda: False) -> FarRun | None:
        """What it found, None where there was nothing to look at. Waits; `stop` is asked meanwhile (StoppedError).

        Raises StoreError where the mentions could not be read, LostWorkerError where its process has died.
        """
        check_stop = checking(stop)
        while True:
            check_stop()
            try:
                return self._found.result(_ASK_SECONDS)
            except TimeoutError:
                if self._found.done():
                    raise

    def close(self) -> None:
        """End it; what it has not found by then is not found."""
        self._ended.set()

    def _work(self, run: Callable[[], FarRun | None]) -> None:
        try:
            self._found.set_result(run())
        except Exception as error:  # noqa: BLE001  the detector decides what a failed look means
            self._found.set_exception(error)

    def _here(self) -> FarRun | None:
        return look_back(self._parts(), aware(self.until), self._parameters)

    def _parts(self) -> Iterator[pl.DataFrame]:
        """The mentions, oldest first, each once; rows that come meanwhile wait for the next look."""
        since = self.since
        while since < self.until and not self._ended.is_set():
            until = min(since + PART, self.until)
            period = {"since": since, "until": until, "floor": since, "after": self._upto, "upto": self._upto}
            yield self._database.frame("detect/coordination/mentions", **period, classes=self._classes)
            since = until

    def _in_a_process(self) -> FarRun | None:
        context = multiprocessing.get_context("spawn")  # the parent has threads: forking it could deadlock
        ours, theirs = context.Pipe()
        arguments = (theirs, aware(self.until), self._parameters, self._niceness)
        process = context.Process(target=_serve, args=arguments, name="far-look", daemon=True)
        process.start()
        theirs.close()
        try:
            for part in self._parts():
                if len(part):
                    ours.send(part)
            ours.send(None)
            while not ours.poll(_ASK_SECONDS):
                if self._ended.is_set() or not process.is_alive():
                    break
            answer: FarRun | BaseException | None = (
                ours.recv() if ours.poll() else LostWorkerError("the far look was ended")
            )
        except (EOFError, OSError) as error:
            raise LostWorkerError(str(error)) from error
        finally:
            ours.close()
            process.kill()
            process.join()
        if isinstance(answer, BaseException):
            raise answer
        return answer


def _received(connection: Connection) -> Iterator[pl.DataFrame]:
    while (part := connection.recv()) is not None:
        yield part


def _serve(connection: Connection, until: datetime, parameters: Parameters, niceness: int) -> None:
    """Take parts of the history until None comes, and answer with what is found in them."""
    begin_worker()
    os.nice(niceness)
    try:
        answer: object = look_back(_received(connection), until, parameters)
    except Exception as error:  # noqa: BLE001  the detector decides what a failed look means
        answer = error
    connection.send(answer)
