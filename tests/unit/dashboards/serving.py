"""The API beside a published folder, as `veille run` serves it, for pages that give commands."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.unit.api.test_operations import Fake
from veille.access import TokenFile
from veille.api import Access, annotations, audit, create_app, samples
from veille.config import Settings
from veille.service.assembly import installation_key
from veille.service.http import ApiServer, folder_token
from veille.store.annotations import Annotations
from veille.store.audit import Audit
from veille.store.database import Database
from veille.store.publish import Publisher
from veille.store.samples import Samples


class Service:
    """The database of a data folder, opened as the service would, with its API listening."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(data_dir=folder)
        self.database = Database(self.settings.database, self.settings.store, installation_key(self.settings))
        routers = [
            audit.router(Audit(self.database)),
            annotations.router(Annotations(self.database)),
            samples.router(Samples(self.database)),
        ]
        access = Access(folder_token(folder), TokenFile(self.settings.tokens))
        self._server = ApiServer(create_app(Fake(), access, ("127.0.0.1",), routers), "127.0.0.1", 0)
        self._server.start()
        (folder / "owner.json").write_text(json.dumps({"api": self._server.address}))

    def publish(self) -> None:
        """Bring what was written into the catalogue."""
        publisher = Publisher(self.database.cursor(), self.settings.analyst, self.settings.publish)
        publisher.start(datetime.now(UTC))
        publisher.close()

    def looks(self) -> list[tuple[Any, ...]]:
        """The audit log, oldest first: actor, action, subject."""
        return Audit(self.database).entries().reverse().select("actor", "action", "subject").rows()

    def stop(self) -> None:
        self._server.stop()
        (self.settings.data_dir / "owner.json").unlink()
        self.database.close()


@contextmanager
def serving(folder: Path) -> Iterator[Service]:
    """The service of a folder, until the end of the block."""
    service = Service(folder)
    try:
        yield service
    finally:
        service.stop()
