"""Clusters for the commands: on the folder itself, or through the service that owns it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from veille.access import actor_header
from veille.cli.records_desk import operator
from veille.client import Client
from veille.config import Settings
from veille.service.assembly import open_folder, publish_now
from veille.store.audit import Audit
from veille.store.clusters import Clusters
from veille.store.database import Database
from veille.store.errors import StoreInUseError


class ClustersDesk(Protocol):
    """What the commands ask. Methods raise StoreError or ApiError with one line."""

    def list(self, tier: str | None, verdict: str | None, limit: int) -> list[dict[str, Any]]: ...
    def describe(self, cluster_id: str) -> dict[str, Any]: ...
    def judge(self, cluster_id: str, verdict: str, reason: str) -> str: ...


@contextmanager
def open_clusters(settings: Settings, command: str) -> Iterator[ClustersDesk]:
    """The folder where nobody holds it, else its service. Raises StoreError, PseudonymKeyError or ApiError."""
    try:
        with open_folder(settings, command, create=False) as (database, _, _):
            yield _Local(settings, database)
    except StoreInUseError:
        yield _Remote(Client(settings.data_dir, actor_header(operator(), ["admin"])))


class _Local:
    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings, self._database = settings, database
        self._clusters = Clusters(database)

    def list(self, tier: str | None, verdict: str | None, limit: int) -> list[dict[str, Any]]:
        return self._clusters.list(tier, verdict, limit).to_dicts()

    def describe(self, cluster_id: str) -> dict[str, Any]:
        return self._clusters.describe(cluster_id)

    def judge(self, cluster_id: str, verdict: str, reason: str) -> str:
        name = self._clusters.full_id(cluster_id)
        Audit(self._database).write(operator(), f"cluster.{verdict}", name, reason)
        self._clusters.judge(name, verdict, reason, operator())
        publish_now(self._settings, self._database)
        return name


class _Remote:
    def __init__(self, client: Client) -> None:
        self._client = client

    def list(self, tier: str | None, verdict: str | None, limit: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._client.get("/v1/clusters", tier=tier, verdict=verdict, limit=limit)
        return found

    def describe(self, cluster_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self._client.get(f"/v1/clusters/{cluster_id}")
        return found

    def judge(self, cluster_id: str, verdict: str, reason: str) -> str:
        said = {"verdict": verdict, "reason": reason}
        return str(self._client.post(f"/v1/clusters/{cluster_id}/verdict", said)["cluster_id"])
