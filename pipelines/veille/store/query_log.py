"""Who ran what through the research gateway: the table `query_log` of the private database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from veille.store.database import Database, translated
from veille.store.sql import statement

_SCHEMA = pa.schema(
    {
        "query_id": pa.string(),
        "actor": pa.string(),
        "way": pa.string(),
        "catalogue": pa.string(),
        "started_at": pa.timestamp("us"),
        "as_of": pa.timestamp("us"),
        "seconds": pa.float64(),
        "rows_out": pa.int64(),
        "outcome": pa.string(),
        "sql": pa.string(),
    }
)


class QueryLog:
    """Reads and writes the log of an open database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, rows: Sequence[dict[str, Any]]) -> None:
        """Add ended queries (keys as the columns), each once however often it is given. Raises StoreError."""
        if not rows:
            return
        connection = self._database.cursor()
        with translated(None):
            connection.register("ended", pa.Table.from_pylist(list(rows), _SCHEMA))
            connection.execute(statement("gateway/append_log"))
            connection.unregister("ended")

    def entries(self, actor: str | None, limit: int) -> list[dict[str, Any]]:
        """Newest first; of one person, or with None of everybody."""
        return self._database.frame("gateway/list_log", actor=actor, limit=limit).to_dicts()

    def expire(self, before: datetime) -> None:
        """Forget what began before a time (UTC, naive)."""
        self._database.execute("store/expire_started", {"table": "query_log"}, before=before)
