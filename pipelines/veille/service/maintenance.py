"""Dead letters and backups of an open data folder (veille.api.operations.Maintenance)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from veille.api import OperationError
from veille.config import Settings
from veille.ingest.decode import Decoder
from veille.ingest.letters import LetterRetry, list_letters, replay_letters, show_letter
from veille.ingest.writer import Tally, Writer
from veille.privacy import Key, LetterBox, PseudonymKeyError
from veille.store.backup import write_backup
from veille.store.database import Database
from veille.store.errors import StoreError


@dataclass(frozen=True, slots=True)
class FolderMaintenance:
    """Works on the folder in the calling thread; nothing else may write events meanwhile."""

    settings: Settings
    key: Key
    database: Database

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
        retry, box = LetterRetry(letter_id, rule, mapping), LetterBox(self.key)
        privacy = self.settings.privacy
        decoder = Decoder(self.key, privacy.vault_public_key, self.settings.ingest.earliest_event, privacy.tokens)

        def work(writer: Writer) -> Tally:
            return replay_letters(self.database, writer, decoder, box, retry, actor, datetime.now(UTC))

        return self._written(work).counts()

    def backup(self, destination: str) -> dict[str, Any]:
        try:
            return write_backup(self.database, Path(destination), self.settings.store.backup_public_key)
        except StoreError as error:
            raise OperationError(str(error)) from None

    def _written(self, work: Callable[[Writer], Tally]) -> Tally:
        """Do what writes events."""
        return work(Writer(self.database))
