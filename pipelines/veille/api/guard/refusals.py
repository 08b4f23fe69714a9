"""What was refused: counted, logged without values, and on record in bounded form.

On record is who was refused what: at most one row for each caller, status and topic in a minute, with how many there were, and at
most so many rows a minute in all. Neither path, nor address, nor anything that was sent is kept.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

import structlog

from veille.api.guard.rates import Rate

log = structlog.get_logger(__name__)

WINDOW_SECONDS = 60.0
ROWS_A_MINUTE = 30
KEYS = 200
ACTOR = "veille"
"""Rows that Veille writes of itself bear its name; no person may be called so (veille.access)."""
RECORDED = frozenset({401, 403, 429})
NOBODY = "nobody known"
OTHERS = "others"


class AuditSink(Protocol):
    """Where rows go (veille.store.audit.Audit)."""

    def write(self, actor: str, action: str, subject: str | None = None, reason: str | None = None) -> None: ...


@dataclass(frozen=True, slots=True)
class Refusal:
    """status: HTTP. topic: the first part of the path after /v1, where Veille has it. caller: a name, None for nobody known."""

    status: int
    method: str
    topic: str
    caller: str | None = None


class Refusals:
    """Takes refusals from any thread; `tell` writes what is due.

    count(status) adds to the metric. audit: None keeps nothing on record.
    """

    def __init__(
        self,
        count: Callable[[str], None] = lambda _status: None,
        audit: AuditSink | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._count, self._audit, self._clock = count, audit, clock
        self._lock = Lock()
        self._waiting: dict[Refusal, int] = {}
        self._told: dict[Refusal, float] = {}
        self._rows = Rate(ROWS_A_MINUTE, clock)
        self._lines = Rate(ROWS_A_MINUTE, clock)

    def add(self, refusal: Refusal) -> bool:
        """Count one; whether `tell` has something to write now."""
        self._count(str(refusal.status))
        with self._lock:
            if self._lines.take("") == 0.0:
                log.info("refused", status=refusal.status, method=refusal.method, topic=refusal.topic)
            if self._audit is None or refusal.status not in RECORDED:
                return False
            if refusal not in self._waiting and len(self._waiting) >= KEYS:
                refusal = Refusal(refusal.status, OTHERS, OTHERS, OTHERS)
            self._waiting[refusal] = self._waiting.get(refusal, 0) + 1
            return self._due(refusal) and not self._rows.spent("")

    def tell(self) -> None:
        """Write the rows that are due. What cannot be written now is tried again with the next."""
        if self._audit is None:
            return
        for refusal, number in self._take():
            try:
                self._audit.write(ACTOR, f"refused_{refusal.status}", _what(refusal), _how_often(refusal, number))
            except Exception as error:  # noqa: BLE001  a refusal has been answered; that it is not on record is logged
                log.warning("a refusal could not be recorded", error=type(error).__name__, number=number)

    def _take(self) -> list[tuple[Refusal, int]]:
        with self._lock:
            due = [each for each in self._waiting if self._due(each)]
            taken = [(each, self._waiting.pop(each)) for each in due if self._rows.take("") == 0.0]
            now = self._clock()
            self._told = {each: at for each, at in self._told.items() if now - at < WINDOW_SECONDS}
            self._told |= {each: now for each, _ in taken}
            return taken

    def _due(self, refusal: Refusal) -> bool:
        return self._clock() - self._told.get(refusal, float("-inf")) >= WINDOW_SECONDS


def _what(refusal: Refusal) -> str:
    return f"{refusal.method} {refusal.topic}"


def _how_often(refusal: Refusal, number: int) -> str:
    times = "once" if number == 1 else f"{number:,} times"
    return f"{times}, by {refusal.caller or NOBODY}"
