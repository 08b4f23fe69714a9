"""How many queries run at once: as many as there are places, over all processes of an installation.

A place is a locked file, so a process that dies leaves none behind.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from veille.research.gateway.errors import QueryRefused

_LOOK_SECONDS = 0.1


class Places:
    """The places of one installation."""

    def __init__(self, folder: Path, count: int, wait_seconds: float) -> None:
        self._folder, self._count, self._wait = folder, count, wait_seconds

    @contextmanager
    def one(self, given_up: Callable[[], bool]) -> Iterator[None]:
        """Hold a place; waits for one. Raises QueryRefused where none becomes free, or `given_up` says so meanwhile."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        until = time.monotonic() + self._wait
        while (lock := self._try()) is None:
            time.sleep(_LOOK_SECONDS)
            if given_up():
                raise QueryRefused("cancelled while it waited for its turn", "cancelled")
            if time.monotonic() >= until:
                raise QueryRefused(
                    f"all {self._count} places for queries are taken: try again in a moment (`queries` under [research])"
                )
        try:
            yield
        finally:
            lock.release()

    def _try(self) -> FileLock | None:
        for number in range(self._count):
            lock = FileLock(self._folder / f"{number}.lock", thread_local=False)
            try:
                lock.acquire(timeout=0)
            except Timeout:
                continue
            return lock
        return None
