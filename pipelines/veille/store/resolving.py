"""Persons of events by aliases: a row that came under a handle gets the number's pseudonym, and keeps its own beside it.

What a row came with decides, together with all aliases known, so neither the order of files nor how often rows are resolved makes a
difference. `aliases/held` says whom a handle named at a time.
"""

from datetime import datetime

import duckdb
import pyarrow as pa

from veille.store.event_tables import CAME_AS
from veille.store.sql import filled, statement

RESOLVED_FACT = "people_resolved"
"""Up to which batch rows that were there before were resolved and changed; published rows follow it."""
_LOOKED_FACT = "aliases_resolved"
"""Up to which batch aliases were resolved, whether or not any row changed."""
_ALWAYS = datetime(1, 1, 1)


def resolve_batch(connection: duckdb.DuckDBPyConnection, met: pa.Table, batch: int) -> int:
    """Resolve the rows of one batch in the caller's transaction. met: column `handle` (UUID). Returns how many values changed."""
    connection.register("met_handles", met)
    try:
        connection.execute(statement("aliases/met"))
    finally:
        connection.unregister("met_handles")
    return _resolve(connection, _ALWAYS, batch)


def resolve_waiting(connection: duckdb.DuckDBPyConnection, since: datetime | None) -> int:
    """Resolve rows from `since` on (UTC without a zone; None: all) by the aliases that wait for it, in one transaction.

    Returns how many values changed. Raises duckdb.Error; then nothing has changed.
    """
    connection.begin()
    try:
        (last,) = connection.execute(statement("ingest/last_batch")).fetchall()[0]
        connection.execute(statement("aliases/changed"))
        changed = _resolve(connection, since or _ALWAYS, -1)
        connection.execute(statement("store/set_fact"), {"name": _LOOKED_FACT, "value": str(last)})
        if changed:
            connection.execute(statement("store/set_fact"), {"name": RESOLVED_FACT, "value": str(last)})
            connection.execute(statement("detect/grid/forget_detected_history"))
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    return changed


def _resolve(connection: duckdb.DuckDBPyConnection, since: datetime, batch: int) -> int:
    connection.execute(statement("aliases/held"))
    rows, changed = {"since": since, "batch": batch}, 0
    for event_type, columns in CAME_AS.items():
        for column, came_as in columns.items():
            names = {"table": event_type.table, "id": column, "came_as": came_as}
            changed += _counted(connection.execute(filled("aliases/resolve", names), rows))
    if changed:
        connection.execute(statement("aliases/resolve_self"), rows)
    return changed


def _counted(updated: duckdb.DuckDBPyConnection) -> int:
    (count,) = updated.fetchone() or (0,)
    return int(count)
