"""How long work is left when a stop is asked for: soon, at a place from which the same work goes on."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from veille.errors import VeilleError

Stop = Callable[[], bool]


class StoppedError(VeilleError):
    """A stop was asked for and the work was left. What is done is kept; the same work, done again, goes on from there."""


def checking(stop: Stop) -> Callable[[], None]:
    """A call for the inside of a loop: raises StoppedError once `stop` says so."""

    def check() -> None:
        if stop():
            raise StoppedError

    return check


@contextmanager
def stop_on_signals() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set; a second signal interrupts at once. Only the main thread may ask for it."""
    stop = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
