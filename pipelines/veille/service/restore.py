"""`veille restore`: a backup becomes a data folder that starts quiet, and says which hours Kafka no longer holds."""

import shutil
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from veille.config import Settings
from veille.events import Place
from veille.privacy import PseudonymKeyError
from veille.service.assembly import installation_key
from veille.sources.base import SourceError
from veille.sources.retention import deleted_unread, retentions
from veille.sources.topics import NotYetError
from veille.store.database import Database
from veille.store.errors import StoreError
from veille.store.identity import take_identity
from veille.store.modes import Modes, ServiceMode
from veille.store.owner import Owner
from veille.store.restore import BackupInfo, copy_back, read_backup
from veille.times import naive


@dataclass(frozen=True, slots=True, kw_only=True)
class Restoring:
    """What a person chooses. key_file: copy of the pseudonym key to put in place; private_key: of an encrypted backup.

    live_after: the folder sends by itself so long after the restore; None: only after `veille incidents go-live`.
    """

    backup: Path
    key_file: Path | None = None
    private_key: str | None = None
    live_after: timedelta | None = None
    actor: str = "veille restore"


def restore(settings: Settings, wanted: Restoring, now: datetime, *, offline: bool) -> Iterator[str]:
    """Restore into the data folder of the settings; a line about each step. now: with a zone. offline: the broker is not asked.

    Raises StoreError or PseudonymKeyError with cause and cure; then the folder has no database.
    """
    backup = read_backup(wanted.backup)
    if settings.database.exists():
        raise StoreError(
            f"{settings.data_dir} already has a database",
            "choose an empty folder (--data-dir), or move the old folder away first",
        )
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    owner = Owner(settings.data_dir, "veille restore")
    try:
        yield f"{backup.folder}: made {backup.made_at:%Y-%m-%d %H:%M} UTC by Veille {backup.version}"
        _take_key(settings, backup, wanted.key_file)
        yield "pseudonym key: it fits"
        positions = yield from _take_database(settings, backup, wanted, now)
        yield from _hours_gone(settings, backup, positions, now, offline=offline)
        yield from _what_next(settings, wanted, now)
    finally:
        owner.release()


def _take_key(settings: Settings, backup: BackupInfo, copy: Path | None) -> None:
    """The pseudonym key, put in place from its copy where it is not there yet; it must be that of the backup."""
    placed = copy is not None and settings.privacy.key is None and not settings.key_file.exists()
    if copy is not None and placed:
        shutil.copyfile(copy, settings.key_file)
        settings.key_file.chmod(0o600)
    try:
        key = installation_key(settings)
        if backup.key_fingerprint not in (None, key.fingerprint):
            raise PseudonymKeyError(
                f"this backup was written under the pseudonym key {backup.key_fingerprint}, not {key.fingerprint}: name the file "
                "with the copy of that key (--key-file)"
            )
    except PseudonymKeyError:
        if placed:
            settings.key_file.unlink()
        raise


def _take_database(
    settings: Settings, backup: BackupInfo, wanted: Restoring, now: datetime
) -> Generator[str, None, dict[Place, int]]:
    """Copy, check, open and mark the database as quiet before it gets its name; returns the positions in it."""
    part = settings.database.with_name(settings.database.name + ".restoring")
    part.unlink(missing_ok=True)
    try:
        copy_back(backup, part, wanted.private_key)
        checked = "its checksum" if backup.sha256 else "no checksum (an earlier version wrote it); every table"
        yield f"database: complete; checked {checked} and every row of it"
        database = Database(part, settings.store, installation_key(settings), settings.privacy.tokens)
        try:
            until = naive(now + wanted.live_after) if wanted.live_after is not None else None
            mode = ServiceMode(known_at=naive(now), mode="quiet", reason="restored", actor=wanted.actor, live_at=until)
            Modes(database, take_identity(settings.data_dir)).append(mode)
            positions = {place: position.offset for place, position in database.positions().items()}
        finally:
            database.close()
        part.rename(settings.database)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return positions


def _hours_gone(
    settings: Settings, backup: BackupInfo, positions: Mapping[Place, int], now: datetime, *, offline: bool
) -> Iterator[str]:
    """Which events Kafka has deleted since the backup: they can come from another source only."""
    if not positions:
        yield "Kafka: the backup holds no position of a topic"
        return
    gone, kept = {}, settings.kafka.raw_hours
    if not offline:
        try:
            gone = deleted_unread(settings.kafka, positions)
            kept = max((each.hours or float("inf") for each in retentions(settings.kafka)), default=kept)
        except NotYetError:
            offline = True
        except SourceError as error:
            yield f"Kafka: it does not report its retention ({error})"
            offline = True
    oldest = now - timedelta(hours=kept) if kept and kept != float("inf") else None
    if oldest is not None and oldest > backup.made_at and (offline or gone):
        yield (
            f"Kafka: events that arrived from {backup.made_at:%Y-%m-%d %H:%M} to {oldest:%Y-%m-%d %H:%M} UTC are gone "
            f"({(oldest - backup.made_at) / timedelta(hours=1):.0f} hours): it keeps messages for {kept:g} hours. "
            "Load them from their source with `veille replay`."
        )
    for (topic, partition), messages in sorted(gone.items()):
        yield f"Kafka: {messages:,} messages of {topic}, partition {partition}, were deleted before they were read"
    if not gone and not offline:
        yield "Kafka: it still has every message since the backup"
    if offline and (oldest is None or oldest <= backup.made_at):
        yield "Kafka: not asked; within its retention nothing is missing"


def _what_next(settings: Settings, wanted: Restoring, now: datetime) -> Iterator[str]:
    yield f"restored into {settings.data_dir}; `veille run` publishes it and reads on"
    if wanted.live_after is None:
        yield "it starts quiet: nothing is sent until `veille incidents go-live`"
    else:
        yield f"it starts quiet: nothing is sent until {now + wanted.live_after:%Y-%m-%d %H:%M} UTC or `veille incidents go-live`"


def private_key(file: Path | None) -> str | None:
    """The private key of backups, from its file. Raises StoreError."""
    if file is None:
        return None
    try:
        return file.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        raise StoreError(f"the file {file} cannot be read", "check its path; it holds 64 hex digits") from None
