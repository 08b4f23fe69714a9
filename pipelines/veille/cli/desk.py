"""Operators' commands reach the data either directly, or through the service that owns them at the moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from veille.client import Client
from veille.config import Settings
from veille.ingest import Decoder, Writer
from veille.ingest.letters import Retry, list_letters, replay_letters, show_letter
from veille.privacy import LetterBox, load_key
from veille.store.backup import write_backup
from veille.store.database import Database
from veille.store.errors import StoreError, StoreInUseError
from veille.store.owner import Owner


class Desk(Protocol):
    """What an operator may ask."""

    def letters(self, rule: str | None, *, replayed: bool, limit: int) -> list[dict[str, Any]]: ...
    def letter(self, letter_id: str) -> dict[str, Any] | None: ...
    def replay_letters(self, letter_id: str | None, rule: str | None, mapping: dict[str, str]) -> dict[str, int]: ...
    def backup(self, destination: Path) -> dict[str, Any]: ...


@contextmanager
def open_desk(settings: Settings, command: str) -> Iterator[Desk]:
    """The folder itself where nobody holds it, else its service. Raises StoreError, PseudonymKeyError or ApiError."""
    try:
        owner = Owner(settings.data_dir, command)
    except StoreInUseError:
        yield _Remote(Client(settings.data_dir))
        return
    try:
        with opened(settings) as local:
            yield local
    finally:
        owner.release()


@contextmanager
def opened(settings: Settings) -> Iterator["_Local"]:
    """The database of a data folder that this process owns already."""
    if not settings.database.exists():
        raise StoreError(
            f"there are no data in {settings.data_dir}: check --data-dir, or begin with `veille replay` or `veille run`"
        )
    inline = settings.privacy.key.get_secret_value() if settings.privacy.key else None
    key = load_key(settings.key_file, inline)
    database = Database(settings.database, settings.store, key)
    try:
        yield _Local(database, Decoder(key, settings.privacy.vault_public_key), LetterBox(key))
    finally:
        database.close()


class _Local:
    def __init__(self, database: Database, decoder: Decoder, box: LetterBox) -> None:
        self.database = database
        self._decoder = decoder
        self._box = box

    def letters(self, rule: str | None, *, replayed: bool, limit: int) -> list[dict[str, Any]]:
        return list_letters(self.database, rule, replayed=replayed, limit=limit).to_dicts()

    def letter(self, letter_id: str) -> dict[str, Any] | None:
        return show_letter(self.database, self._box, letter_id)

    def replay_letters(self, letter_id: str | None, rule: str | None, mapping: dict[str, str]) -> dict[str, int]:
        retry = Retry(letter_id, rule, mapping)
        tally = replay_letters(self.database, Writer(self.database), self._decoder, self._box, retry, datetime.now(UTC))
        return tally.counts()

    def backup(self, destination: Path) -> dict[str, Any]:
        return write_backup(self.database, destination)


class _Remote:
    def __init__(self, client: Client) -> None:
        self._client = client

    def letters(self, rule: str | None, *, replayed: bool, limit: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._client.get("/v1/deadletters", rule=rule, replayed=replayed, limit=limit)
        return found

    def letter(self, letter_id: str) -> dict[str, Any] | None:
        found: dict[str, Any] = self._client.get(f"/v1/deadletters/{letter_id}")
        return found

    def replay_letters(self, letter_id: str | None, rule: str | None, mapping: dict[str, str]) -> dict[str, int]:
        counts: dict[str, int] = self._client.post(
            "/v1/deadletters/replay", {"letter_id": letter_id, "rule": rule, "mapping": mapping}
        )
        return counts

    def backup(self, destination: Path) -> dict[str, Any]:
        manifest: dict[str, Any] = self._client.post("/v1/backup", {"destination": str(destination.resolve())})
        return manifest
