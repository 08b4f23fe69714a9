"""What a running service knows of its own health: the snapshot in which veille.incidents.faults finds faults."""

import shutil
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from veille.incidents.health import DetectorHealth, Health
from veille.ingest.writer import Tally
from veille.service.lag import LagTrend
from veille.times import naive

RECENT_SECONDS = 300.0
"""The share of dead letters is that of the messages of this time."""
SETTLE_SECONDS = 120.0
"""A service that was away reads what waits for it first: silence counts from so long after its start."""
LAG_FLOOR_SECONDS = 60.0
"""Messages of so many seconds at the recent pace may always be unread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What other parts of the service add to a snapshot; as in Health. newest: of all event times (UTC)."""

    catalogue_age_seconds: float | None
    detectors: Mapping[str, DetectorHealth]
    newest: datetime | None
    channels_failing: tuple[str, ...]
    loops_failing: tuple[str, ...]
    loops_stalled: tuple[str, ...] = ()
    ingest_blocked: str | None = None
    neighbours: tuple[str, ...] = ()
    quiet: bool = False
    mentions_left_out: int = 0
    old_unread: tuple[str, ...] = ()


class Vitals:
    """Follows commits and lag; written by the ingest thread, read by the watch."""

    def __init__(
        self, folder: Path, *, begun: bool, silent_seconds: float, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """folder: whose disk counts. begun: whether events ever came. silent_seconds: age of the newest batch, else of the folder."""
        self._folder = folder
        self._monotonic = monotonic
        self._lock = Lock()
        self._started = monotonic()
        self._silent_since = self._started - max(0.0, silent_seconds)
        self._heard = self._started if begun else None
        self._recent: deque[tuple[float, int, int]] = deque()
        self._lag: int | None = None
        self._trend = LagTrend()
        self._fault: str | None = None

    def committed(self, tally: Tally) -> None:
        """One batch was committed. Without a message it shows that the feed is alive, and no event."""
        now = self._monotonic()
        with self._lock:
            self._silent_since = now
            if tally.lines:
                self._heard = now
            self._recent.append((now, tally.lines, tally.dead_letters))
            while self._recent[0][0] < now - RECENT_SECONDS:
                self._recent.popleft()

    def measured(self, lag: int, fault: str | None) -> None:
        """The messages still to read, and what is wrong with the source."""
        with self._lock:
            self._trend.add(self._monotonic(), lag)
            self._lag, self._fault = lag, fault

    def quiet_seconds(self) -> float | None:
        """How long no event has come while none was left to read; None while that is not so, or not known."""
        with self._lock:
            if self._heard is None or self._lag != 0 or self._fault is not None:
                return None
            return self._monotonic() - self._heard

    def snapshot(self, parts: Parts) -> Health:
        """Everything at this moment."""
        clock, now = datetime.now(UTC), self._monotonic()
        age = None if parts.newest is None else (clock - parts.newest).total_seconds()
        with self._lock:
            recent = [entry for entry in self._recent if entry[0] >= now - RECENT_SECONDS]
            lines = sum(entry[1] for entry in recent)
            floor = lines / RECENT_SECONDS * LAG_FLOOR_SECONDS
            return Health(
                at=naive(clock),
                ingest_blocked=parts.ingest_blocked,
                source_fault=self._fault,
                feed_silent_seconds=now - self._silent_since if now >= self._started + SETTLE_SECONDS else None,
                lag_messages=self._lag,
                lag_growing_seconds=self._trend.growing_seconds(now, floor),
                dead_letter_share=sum(entry[2] for entry in recent) / lines if lines else None,
                recent_messages=lines,
                catalogue_age_seconds=parts.catalogue_age_seconds,
                detectors=parts.detectors,
                event_age_seconds=age,
                disk_free_bytes=shutil.disk_usage(self._folder).free,
                clock_skew_seconds=None if age is None else max(0.0, -age),
                channels_failing=parts.channels_failing,
                loops_failing=parts.loops_failing,
                loops_stalled=parts.loops_stalled,
                neighbours=parts.neighbours,
                quiet=parts.quiet,
                mentions_left_out=parts.mentions_left_out,
                old_unread=parts.old_unread,
            )
