"""The health of a running service: one snapshot of all its parts, from memory only, and the faults in it."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from veille.config import Blindness
from veille.incidents.faults import Effect, Fault, faults, with_effect
from veille.incidents.health import DetectorHealth, Health
from veille.ingest.pipeline import Pipeline
from veille.service.detection_loops import DetectionLoop
from veille.service.loops import Loop
from veille.service.raw_keeping import RawKeeping
from veille.service.sending_mode import SendingMode
from veille.service.vitals import Parts, Vitals
from veille.store.database import Database

INGEST_LIMIT_SECONDS = 60.0
"""Ingest turns at least once a poll, also while it waits for room on the disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthMonitor:
    """Asked from any thread. It never asks the database: it answers also while that is busy.

    loops: all of the service and of delivery. catalogue_age: seconds for which the oldest unpublished batch has waited.
    """

    vitals: Vitals
    pipeline: Pipeline
    watch: DetectionLoop
    sending_mode: SendingMode
    raw: RawKeeping
    limits: Blindness
    loops: Callable[[], Sequence[Loop]]
    channels_failing: Callable[[], tuple[str, ...]]
    catalogue_age: Callable[[], float | None]
    left_out: Callable[[], int]
    ingesting: Callable[[], bool]

    def health(self) -> Health:
        """All parts at this moment."""
        loops = self.loops()
        parts = Parts(
            catalogue_age_seconds=self.catalogue_age(),
            detectors={"detection": self._detection()},
            newest=self.pipeline.watermark.newest(),
            channels_failing=self.channels_failing(),
            loops_failing=tuple(loop.name for loop in loops if loop.failing),
            loops_stalled=tuple(self._stalled(loops)),
            ingest_blocked=self.pipeline.blocked,
            neighbours=tuple(other.short for other in self.sending_mode.others()),
            quiet=self.sending_mode.quiet,
            mentions_left_out=self.left_out(),
            old_unread=self.raw.old_unread,
        )
        return self.vitals.snapshot(parts)

    def _detection(self) -> DetectorHealth:
        return DetectorHealth(
            late_seconds=self.watch.late_seconds(),
            skipped=self.watch.skipped,
            catching_up=self.watch.catching_up(),
            standing_seconds=self.watch.standing_seconds(),
        )

    def catching_up(self) -> dict[str, str | None] | None:
        """Event times (UTC) up to which detection has decided and has to decide while it works through history; else None.

        decided_until: None where it has decided nothing yet.
        """
        reached, decided = self.pipeline.watermark.value(), self.watch.detected_until
        if not self.watch.catching_up() or reached is None:
            return None
        told = decided.replace(tzinfo=UTC).isoformat() if decided else None
        return {"decided_until": told, "events_until": reached.isoformat()}

    def _stalled(self, loops: Iterable[Loop]) -> Iterable[str]:
        if self.ingesting() and time.monotonic() - self.pipeline.heartbeat > INGEST_LIMIT_SECONDS:
            yield "ingest"
        yield from (loop.name for loop in loops if loop.stalled and not loop.limits.waits_for_others)

    def faults(self) -> list[Fault]:
        """Those that are present."""
        return faults(self.health(), self.limits)

    def lines(self, *effects: Effect) -> list[str]:
        """A line for each fault with one of these effects. Where the source or the disk says more, the line does too."""
        health = self.health()
        said = {"ingest-blocked": health.ingest_blocked, "source-unreachable": health.source_fault}
        found = with_effect(faults(health, self.limits), *effects)
        return [f"{fault.subject}: {said.get(fault.rule) or fault.why}" for fault in found]


def silent_seconds(database: Database, born_at: datetime) -> float:
    """Seconds since the newest batch was written; since the folder was made where there is none."""
    batches = database.frame("ingest/newest_batch")["committed_at"].to_list()
    newest = batches[0].replace(tzinfo=UTC) if batches else born_at
    return max(0.0, (datetime.now(UTC) - newest).total_seconds())
