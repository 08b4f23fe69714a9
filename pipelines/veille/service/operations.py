"""What the API asks of a running service (veille.api.operations.Operations)."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from veille.ingest.pipeline import Pipeline
from veille.ingest.writer import Tally, Writer
from veille.service.gauge import SourceGauge
from veille.service.loops import Loop
from veille.service.metrics import Metrics
from veille.service.standing import Standing
from veille.service.upkeep import FolderUpkeep
from veille.store.publish import Publisher

STALLED_SECONDS = 60.0
CALL_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class RunningOperations(FolderUpkeep):
    """Health, status, dead letters and backups of the service that these parts make up. loops: publishing first."""

    writer: Writer
    pipeline: Pipeline
    publisher: Publisher
    gauge: SourceGauge
    loops: Sequence[Loop]
    prometheus: Metrics
    standing: Standing

    def alive(self) -> bool:
        beats = [self.pipeline.heartbeat, self.loops[0].heartbeat]
        return min(beats) > time.monotonic() - STALLED_SECONDS

    def faults(self) -> list[str]:
        found = [f"ingest: {self.pipeline.blocked}"] if self.pipeline.blocked else []
        if self.gauge.fault:
            found.append(f"source: {self.gauge.fault}")
        return found + [f"{loop.name}: {loop.fault}" for loop in self.loops if loop.fault]

    def metrics(self) -> bytes:
        return self.prometheus.text()

    def status(self) -> dict[str, Any]:
        watermark = self.pipeline.watermark.value()
        return {
            "committed_batch": self.database.last_batch,
            "published_batch": self.publisher.published_batch,
            "watermark": watermark.isoformat() if watermark else None,
            "lag_messages": self.gauge.lag_messages,
            "faults": self.faults(),
            "sends": self.standing.may_send,
            "quiet": self.standing.quiet,
            "neighbours": [
                {"folder": other.short, "born_at": other.born_at.isoformat(), "seen_at": other.seen_at.isoformat()}
                for other in self.standing.others()
            ],
            **self.pipeline.tally.counts(),
        }

    def _written(self, work: Callable[[Writer], Tally]) -> Tally:
        """In the ingest thread, the only one that writes events."""
        return self.pipeline.call(partial(work, self.writer)).result(CALL_SECONDS)
