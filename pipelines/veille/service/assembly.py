"""Opening a data folder: its lock, its key, its database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import structlog

from veille.config import Settings
from veille.privacy import Key, load_key
from veille.research.errors import ResearchError
from veille.research.snapshots import forget_flags
from veille.store.database import Database
from veille.store.errors import StoreError
from veille.store.owner import Owner
from veille.store.publish import Publisher
from veille.times import naive

log = structlog.get_logger()


@contextmanager
def open_folder(settings: Settings, command: str, *, create: bool) -> Iterator[tuple[Database, Key, Owner]]:
    """Own the data folder and open its database until the end of the block.

    create: make what is missing (the folder, a new pseudonym key, an empty database); otherwise their absence is an
    error. Raises StoreError (StoreInUseError where another process owns it) or PseudonymKeyError.
    """
    if not create and not settings.database.exists():
        raise StoreError(
            f"there are no data in {settings.data_dir}",
            "check --data-dir, or start with `veille replay` or `veille run`",
        )
    owner = Owner(settings.data_dir, command)
    try:
        key = installation_key(settings, create=create and not settings.database.exists())
        database = Database(settings.database, settings.store, key, settings.privacy.tokens)
        try:
            forget_raw_letters(database, settings, datetime.now(UTC))
            _bring_snapshots_up(settings)
            yield database, key, owner
        finally:
            database.close()
    finally:
        owner.release()


def forget_raw_letters(database: Database, settings: Settings, now: datetime) -> None:
    """Delete what dead letters held longer ago than `[ingest] dead_letter_days`; place, path and rule stay."""
    before = now - timedelta(days=settings.ingest.dead_letter_days)
    database.execute("ingest/expire_dead_letters", before=naive(before))


def _bring_snapshots_up(settings: Settings) -> None:
    """Snapshots hold nothing that is no longer published. What cannot be changed now is at the next opening."""
    try:
        changed = forget_flags(settings.data_dir, datetime.now(UTC))
    except (ResearchError, StoreError) as error:
        log.warning("snapshots keep what is no longer published", cause=str(error))
        return
    if changed:
        log.info("flags of possible minors erased in snapshots", files=changed)


def publish_now(settings: Settings, database: Database) -> None:
    """Publish what a command changed while no service runs. Raises PublishError; the next start publishes it then."""
    publisher = Publisher(database.cursor(), settings.analyst, settings.publish)
    try:
        publisher.start(datetime.now(UTC))
    finally:
        publisher.close()


def installation_key(settings: Settings, *, create: bool = False) -> Key:
    """The pseudonym key of these settings; raises PseudonymKeyError."""
    inline = settings.privacy.key.get_secret_value() if settings.privacy.key else None
    return load_key(settings.key_file, inline, create=create)
