"""Operators' commands reach the data either directly, or through the service that owns them at the moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from veille.access import actor_header
from veille.cli.records_desk import operator
from veille.client import Client
from veille.config import Settings
from veille.ingest.decode import Decoder
from veille.ingest.letters import Retry, list_letters, replay_letters, show_letter
from veille.ingest.writer import Writer
from veille.privacy import Key, LetterBox
from veille.service.assembly import open_folder, publish_now
from veille.store.backup import write_backup
from veille.store.database import Database
from veille.store.errors import StoreInUseError


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
        with local_desk(settings, command) as local:
            yield local
    except StoreInUseError:
        yield _Remote(Client(settings.data_dir, actor_header(operator(), ["admin"])))


@contextmanager
def local_desk(settings: Settings, command: str) -> Iterator["LocalDesk"]:
    """The folder itself; raises StoreInUseError where another process owns it."""
    with open_folder(settings, command, create=False) as (database, key, _):
        yield LocalDesk(settings, database, key)


class LocalDesk:
    def __init__(self, settings: Settings, database: Database, key: Key) -> None:
        self.database = database
        self._settings = settings
        self._decoder = Decoder(
            key, settings.privacy.vault_public_key, settings.ingest.earliest_event, settings.privacy.tokens
        )
        self._box = LetterBox(key)

    def letters(self, rule: str | None, *, replayed: bool, limit: int) -> list[dict[str, Any]]:
        return list_letters(self.database, rule, replayed=replayed, limit=limit).to_dicts()

    def letter(self, letter_id: str) -> dict[str, Any] | None:
        return show_letter(self.database, self._box, letter_id, operator())

    def replay_letters(self, letter_id: str | None, rule: str | None, mapping: dict[str, str]) -> dict[str, int]:
        retry = Retry(letter_id, rule, mapping)
        writer = Writer(self.database)
        tally = replay_letters(self.database, writer, self._decoder, self._box, retry, operator(), datetime.now(UTC))
        publish_now(self._settings, self.database)
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
