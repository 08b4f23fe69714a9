"""What the API asks of a running service (veille.api.operations.Operations)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from veille.incidents.faults import EFFECTS, Effect
from veille.ingest.pipeline import Pipeline
from veille.ingest.writer import Tally, Writer
from veille.service.health import HealthMonitor
from veille.service.maintenance import FolderMaintenance
from veille.service.metrics import Metrics
from veille.service.sending_mode import SendingMode
from veille.service.source_monitor import SourceMonitor
from veille.store.publish import Publisher

CALL_SECONDS = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningOperations(FolderMaintenance):
    """Health, status, dead letters and backups of the service that these parts make up."""

    writer: Writer
    pipeline: Pipeline
    publisher: Publisher
    source_monitor: SourceMonitor
    monitor: HealthMonitor
    prometheus: Metrics
    sending_mode: SendingMode

    def faults(self, *effects: Effect) -> list[str]:
        return self.monitor.lines(*effects)

    def catching_up(self) -> dict[str, str | None] | None:
        return self.monitor.catching_up()

    def metrics(self) -> bytes:
        self.prometheus.measure(self.monitor.health(), self.monitor.faults())
        return self.prometheus.text()

    def status(self) -> dict[str, Any]:
        watermark = self.pipeline.watermark.value()
        return {
            "committed_batch": self.database.last_batch,
            "published_batch": self.publisher.published_batch,
            "watermark": watermark.isoformat() if watermark else None,
            "lag_messages": self.source_monitor.lag_messages,
            "left_out": self.source_monitor.left_out,
            "faults": self.faults(*EFFECTS),
            "catching_up": self.monitor.catching_up(),
            "sends": self.sending_mode.may_send,
            "quiet": self.sending_mode.quiet,
            "neighbours": [
                {"folder": other.short, "born_at": other.born_at.isoformat(), "seen_at": other.seen_at.isoformat()}
                for other in self.sending_mode.others()
            ],
            **self.pipeline.tally.counts(),
        }

    def _written(self, work: Callable[[Writer], Tally]) -> Tally:
        """In the ingest thread, the only one that writes events."""
        return self.pipeline.call(partial(work, self.writer)).result(CALL_SECONDS)
