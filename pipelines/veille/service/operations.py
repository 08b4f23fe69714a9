"""What the API asks of a running service (veille.api.operations.Operations)."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from veille.api import OperationError
from veille.config import Settings
from veille.ingest.decode import Decoder
from veille.ingest.letters import Retry, list_letters, replay_letters, show_letter
from veille.ingest.pipeline import Pipeline
from veille.ingest.writer import Tally, Writer
from veille.privacy import Key, LetterBox, PseudonymKeyError
from veille.service.gauge import SourceGauge
from veille.service.loops import Loop
from veille.service.metrics import Metrics
from veille.service.standing import Standing
from veille.store.backup import write_backup
from veille.store.database import Database
from veille.store.errors import StoreError
from veille.store.publish import Publisher

STALLED_SECONDS = 60.0
CALL_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class RunningOperations:
    """Health, status, dead letters and backups of the service that these parts make up. loops: publishing first."""

    settings: Settings
    key: Key
    database: Database
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

    def letters(self, rule: str | None, *, replayed: bool, limit: int) -> pl.DataFrame:
        return list_letters(self.database, rule, replayed=replayed, limit=limit)

    def letter(self, letter_id: str, reader: str) -> dict[str, Any] | None:
        try:
            return show_letter(self.database, LetterBox(self.key), letter_id, reader)
        except PseudonymKeyError as error:
            raise OperationError(str(error)) from None

    def replay_letters(
        self, letter_id: str | None, rule: str | None, mapping: dict[str, str], actor: str
    ) -> dict[str, int]:
        retry, box = Retry(letter_id, rule, mapping), LetterBox(self.key)
        privacy = self.settings.privacy
        decoder = Decoder(self.key, privacy.vault_public_key, self.settings.ingest.earliest_event, privacy.tokens)

        def work() -> Tally:
            return replay_letters(self.database, self.writer, decoder, box, retry, actor, datetime.now(UTC))

        return self.pipeline.call(work).result(CALL_SECONDS).counts()

    def backup(self, destination: str) -> dict[str, Any]:
        try:
            return write_backup(self.database, Path(destination))
        except StoreError as error:
            raise OperationError(str(error)) from None
