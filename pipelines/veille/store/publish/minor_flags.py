"""How many events were flagged as a possible minor, by month and source: all that is published of these flags.

Computed from the private tables for months that are over. Single flags go to the rota for minors, through the API.
"""

from datetime import datetime, timedelta

import duckdb

from veille.store.publish.relations import SegmentRelation
from veille.store.publish.run import last_batch, one
from veille.store.sql import statement

RELATION = SegmentRelation(name="minor_flags", sources=(), time="month")
SMALL = 8
"""Fewest distinct accounts and targets behind a number, as in releases."""
LATE_EVERY = timedelta(minutes=10)


class MinorFlags:
    """Knows when the counts must be made anew; owned by the publisher."""

    def __init__(self) -> None:
        self._made: tuple[datetime, int] | None = None
        self._looked_at = datetime.min

    def due(self, connection: duckdb.DuckDBPyConnection, now: datetime) -> bool:
        """Whether a month has ended, or events of an ended one have come, since the last time. now: UTC, naive.

        Late events are looked for every ten minutes: each such look may read all events.
        """
        month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        if self._made is not None and self._made[0] == month and now - self._looked_at < LATE_EVERY:
            return False
        last = last_batch(connection)
        made, self._made, self._looked_at = self._made, (month, last), now
        if made is None or made[0] != month:
            return True
        found = one(connection, "private/newer_looks", batch=made[1], month=month)
        return found is not None and bool(found[0])

    def forget(self) -> None:
        """The counts are due: they were not published, or everything is published afresh."""
        self._made = None


def query(connection: duckdb.DuckDBPyConnection, now: datetime) -> str:
    """The rows, as a query; sets the variables that it reads."""
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    connection.execute("SET VARIABLE flags_until = $month", {"month": month})
    connection.execute("SET VARIABLE small = $small", {"small": SMALL})
    return statement("publish/segments/minor_flags")
