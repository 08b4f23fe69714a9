"""The catalogues of an installation that has met no event: what they publish is known before anything is."""

from datetime import datetime
from pathlib import Path

from veille.config import Publish, Research, Store
from veille.privacy import Key
from veille.store.database import Database
from veille.store.publish import Publisher
from veille.store.publish.research import ResearchPublisher
from veille.times import naive


def publish_nothing(folder: Path, now: datetime) -> dict[str, Path]:
    """Write both catalogues, with every view and no row, below a new folder; returns their folders by name.

    Raises PublishError.
    """
    key = Key(bytes(32))
    folders = {"analyst": folder / "analyst", "research": folder / "research"}
    database = Database(None, Store(reserve_mib=0), key)
    try:
        publisher = Publisher(database.cursor(), folders["analyst"], Publish())
        publisher.start(now)
        publisher.close()
    finally:
        database.close()
    research = ResearchPublisher(folders["analyst"], folders["research"], folder / "work", Research(), key)
    research.publish(naive(now))
    return folders
