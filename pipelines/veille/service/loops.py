"""Threads that repeat a step until the service stops; a failed step is logged and tried again."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

log = structlog.get_logger(__name__)

FAILING_STEPS = 3


@dataclass(frozen=True, slots=True)
class StepLimits:
    """How long one step may take.

    seconds: longer is a fault. stop_seconds: how long `stop` waits for the step under way, which then ends unheard; None:
    until it is done. waits_for_others: it may wait for a broker, a channel or another process, so that a restart of this
    process is no cure.
    """

    seconds: float = 120.0
    stop_seconds: float | None = None
    waits_for_others: bool = False


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
        limits: StepLimits = StepLimits(),
    ) -> None:
        self.name = name
        self.fault: str | None = None
        self.failures = 0
        self.limits = limits
        self._busy_since: float | None = None
        self._step = step
        self._seconds = seconds
        self._share = share
        self._on_failure = on_failure
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @property
    def stalled(self) -> bool:
        """Whether it should turn and does not: its thread has ended, or the step under way takes longer than its limit."""
        if self._thread.ident is None or self._stop.is_set():
            return False
        busy_since = self._busy_since
        too_long = busy_since is not None and time.monotonic() - busy_since > self.limits.seconds
        return too_long or not self._thread.is_alive()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask the loop to end and wait for the step under way."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(self.limits.stop_seconds)

    def _run(self) -> None:
        while not self._stop.is_set():
            started = time.monotonic()
            self.turn()
            ended = time.monotonic()
            self._stop.wait(max(0.0, started + self._seconds - ended, (ended - started) * (1 / self._share - 1)))

    def turn(self) -> None:
        """One step; never raises."""
        self._busy_since = time.monotonic()
        try:
            self._step()
        except Exception as error:  # noqa: BLE001  a loop outlives any failure of a step
            if self._stop.is_set() and self.limits.stop_seconds is not None:
                return
            line = f"{type(error).__name__}: {error}".splitlines()[0]
            if self.fault != line:
                log.error("step failed; it will be retried", loop=self.name, cause=line)
            self.fault = line
            self.failures += 1
            self._on_failure(self.name)
            return
        finally:
            self._busy_since = None
        if self.fault is not None:
            log.info("step succeeds again", loop=self.name)
        self.fault, self.failures = None, 0

    @property
    def failing(self) -> bool:
        """Whether so many steps in a row have failed, or waited too long for others, that a person should know."""
        return self.failures >= FAILING_STEPS or (self.stalled and self.limits.waits_for_others)
