"""Threads that repeat a step until the service stops; a failed step is logged and tried again."""

import threading
import time
from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)


class Loop:
    """Calls `step` every `seconds`, less often where a step would take more than `share` of the time.

    `fault` says why the last step failed, None when it did not; `failures` how many have failed in a row.
    """

    def __init__(
        self,
        name: str,
        step: Callable[[], None],
        seconds: float,
        on_failure: Callable[[str], None] = lambda name: None,
        *,
        share: float = 1.0,
        stop_seconds: float | None = None,
    ) -> None:
        """stop_seconds: how long `stop` waits for the step under way, which then ends unheard; None: until it is done."""
        self.name = name
        self.fault: str | None = None
        self.failures = 0
        self.heartbeat = time.monotonic()
        self._step = step
        self._seconds = seconds
        self._share = share
        self._stop_seconds = stop_seconds
        self._on_failure = on_failure
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask the loop to end and wait for the step under way."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(self._stop_seconds)

    def _run(self) -> None:
        while not self._stop.is_set():
            started = time.monotonic()
            self.turn()
            ended = time.monotonic()
            self._stop.wait(max(0.0, started + self._seconds - ended, (ended - started) * (1 / self._share - 1)))

    def turn(self) -> None:
        """One step; never raises."""
        self.heartbeat = time.monotonic()
        try:
            self._step()
        except Exception as error:  # noqa: BLE001  a loop outlives any failure of a step
            if self._stop.is_set() and self._stop_seconds is not None:
                return
            line = f"{type(error).__name__}: {error}".splitlines()[0]
            if self.fault != line:
                log.error("step failed, will be tried again", loop=self.name, cause=line)
            self.fault = line
            self.failures += 1
            self._on_failure(self.name)
            return
        if self.fault is not None:
            log.info("step succeeds again", loop=self.name)
        self.fault, self.failures = None, 0
