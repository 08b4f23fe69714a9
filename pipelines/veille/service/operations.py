"""What the API asks of a running service (veille.api.operations.Operations)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from veille.incidents.faults import EFFECTS, Effect
from veille.ingest.pipeline import Pipeline
from veille.ingest.writer import Tally, Writer
from veille.service.gauge import SourceGauge
from veille.service.health import HealthMonitor
from veille.service.metrics import Metrics
from veille.service.standing import SendingMode
from veille.service.upkeep import FolderUpkeep
from veille.store.publish import Publisher

CALL_SECONDS = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningOperations(FolderUpkeep):
    """Health, status, dead letters and backups of the service that these parts make up."""

    writer: Writer
    pipeline: Pipeline
    publisher: Publisher
    gauge: SourceGauge
    monitor: HealthMonitor
    prometheus: Metrics
    standing: SendingMode

    def faults(self, *effects: Effect) -> list[str]:
        return self.monitor.lines(*effects)

    def metrics(self) -> bytes:
        self.prometheus.measure(self.monitor.health(), self.monitor.faults())
        return self.prometheus.text()

    def status(self) -> dict[str, Any]:
        watermark = self.pipeline.watermark.value()
        return {
            "committed_batch": self.database.last_batch,
            "published_batch": self.publisher.published_batch,
            "watermark": watermark.isoformat() if watermark else None,
            "lag_messages": self.gauge.lag_messages,
            "left_out": self.gauge.left_out,
            "faults": self.faults(*EFFECTS),
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
