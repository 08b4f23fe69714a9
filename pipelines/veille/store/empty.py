"""The catalogue of an installation that has met no event: what it publishes is known before anything is."""

from datetime import datetime
from pathlib import Path

from veille.config import Publish, Store
from veille.privacy import Key
from veille.store.database import Database
from veille.store.publish import Publisher


def publish_nothing(folder: Path, now: datetime) -> None:
    """Write the analyst catalogue, with every view and no row, into a new folder. Raises PublishError."""
    database = Database(None, Store(reserve_mib=0), Key(bytes(32)))
    try:
        publisher = Publisher(database.cursor(), folder, Publish())
        publisher.start(now)
        publisher.close()
    finally:
        database.close()
