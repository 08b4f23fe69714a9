"""One cut: the rows of some batches → segments of every relation, and what later cuts must remember.

All statements run on one connection inside the caller's transaction. The temporary tables `new_*`, `changes` are the
cut; the files in `sql/publish/segments` say what each relation takes from them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import duckdb
import numpy as np
import pyarrow as pa

from veille.store.event_tables import event_hashes
from veille.store.publish.relations import MIXED_PARTITION, RELATIONS, Calendar, Partition, SegmentRelation
from veille.store.publish.run import one, run
from veille.store.publish.segments import Segment, SegmentFolder
from veille.store.seen import Hashes, SeenIndex
from veille.store.sql import filled, statement

PARTITIONS_A_CUT = 4
"""Rows outside the busiest partitions of a cut share one mixed segment."""
CUT_TABLES = {
    "mentions": "occurred_at",
    "generations": "occurred_at",
    "moderations": "occurred_at",
    "batches": "committed_at",
    "people_aliases": "known_at",
}
"""Private table of which a cut takes whole rows, as `new_<table>` → the column by whose time a rebuild takes them."""
_STEPS = (
    *("linked", "changes", "drop_waiting", "add_waiting"),
    *("asked", "first_changes", "forget_first", "keep_first"),
)
_SEARCH_MARGINS = (timedelta(hours=1), timedelta(days=2))
_ALWAYS = (datetime(1900, 1, 1), datetime(9999, 12, 31))


@dataclass(frozen=True, slots=True)
class Cut:
    """Batches first … last, both included."""

    first: int
    last: int


def take(connection: duckdb.DuckDBPyConnection, cut: Cut, known: SeenIndex) -> Hashes:
    """Fill the cut's temporary tables, and remember its answers. Returns hashes of its mentions' ids, for `known`.

    known: the ids of mentions in earlier cuts.
    """
    batches = {"first": cut.first, "last": cut.last}
    for table in CUT_TABLES:
        run(connection, "cut/new_rows", {"new": f"new_{table}", "table": table}, **batches)
    run(connection, "cut/new_letters", **batches)
    _find_answered(connection, cut, known)
    for step in _STEPS:
        run(connection, f"cut/{step}")
    connection.execute(filled("store/append", {"table": "answers", "rows": "linked"}))
    return event_hashes(connection, "new_mentions")


def hashes(connection: duckdb.DuckDBPyConnection, name: str, **parameters: int) -> Hashes:
    """The column `hash` of `sql/publish/<name>.sql`."""
    found = connection.sql(statement(f"publish/{name}"), params=parameters or None).fetchnumpy()["hash"]
    return np.asarray(found, np.uint64)


def _find_answered(connection: duckdb.DuckDBPyConnection, cut: Cut, known: SeenIndex) -> None:
    """Fill `old_mentions`: near the answers' own time first, everywhere only for those that are not there."""
    run(connection, "cut/answered_ids")
    named = hashes(connection, "cut/answered_hashes")
    kept = named[~known.new_mask(named)]
    connection.register("known", pa.table({"hash": pa.array(kept, pa.uint64())}))
    run(connection, "cut/known_ids")
    connection.unregister("known")
    for since, until in _spans(connection, bool(len(kept))):
        run(connection, "cut/old_mentions", since=since, until=until, first=cut.first)
        if one(connection, "cut/found") == (len(kept),):
            return


def _spans(connection: duckdb.DuckDBPyConnection, wanted: bool) -> Iterator[tuple[datetime, datetime]]:
    if not wanted:
        yield _ALWAYS[0], _ALWAYS[0]
        return
    span = one(connection, "cut/answer_span")
    if span is not None and span[0] is not None:
        for margin in _SEARCH_MARGINS:
            yield span[0] - margin, span[1] + timedelta(hours=1)
    yield _ALWAYS


def write(
    connection: duckdb.DuckDBPyConnection, folder: SegmentFolder, calendar: Calendar, now: datetime
) -> list[Segment]:
    """Write the cut's rows of every relation; nothing is registered yet."""
    segments: list[Segment] = []
    days: dict[str, list[tuple[date, int]]] = {}
    for source, day, row_count in run(connection, "cut/days"):
        days.setdefault(source, []).append((day, row_count))
    try:
        for relation in RELATIONS.values():
            touched = [row for source in relation.sources for row in days.get(source, ())]
            for partition, query in _parts(relation, busiest(touched, relation, calendar)):
                segment = folder.write(connection, relation, partition, query, now)
                if segment is not None:
                    segments.append(segment)
    except BaseException:
        folder.delete(segment.path for segment in segments)
        raise
    return segments


def _parts(relation: SegmentRelation, partitions: Sequence[Partition]) -> list[tuple[str, str]]:
    """(partition, query) of a relation's files in this cut: the busiest partitions, and one file for the rest."""
    source = relation.query
    if len(partitions) == 1:
        return [(partitions[0].name, ordered(relation, source))]
    kept, rest = partitions[:PARTITIONS_A_CUT], partitions[PARTITIONS_A_CUT:]
    parts = [(part.name, ordered(relation, source, within(relation, [part]))) for part in kept]
    if rest:
        parts.append((MIXED_PARTITION, ordered(relation, source, f"NOT ({within(relation, kept)})")))
    return parts


def busiest(rows: Sequence[tuple[date, int]], relation: SegmentRelation, calendar: Calendar) -> list[Partition]:
    """Partitions of the days, most rows first."""
    counts: dict[Partition, int] = {}
    for day, row_count in rows:
        partition = calendar.partition(day, relation.finest)
        counts[partition] = counts.get(partition, 0) + row_count
    return sorted(counts, key=lambda partition: (-counts[partition], partition))


def within(relation: SegmentRelation, partitions: Sequence[Partition]) -> str:
    """SQL condition: the row's time is in one of the partitions."""
    return " OR ".join(
        f"(\"{relation.time}\" >= TIMESTAMP '{part.since}' AND \"{relation.time}\" < TIMESTAMP '{part.until}')"
        for part in partitions
    )


def ordered(relation: SegmentRelation, source: str, condition: str = "true") -> str:
    """The source's rows that meet the condition, in the order in which segments hold them."""
    order = "ALL" if relation.summed else f'"{relation.time}"'
    return f"SELECT * FROM ({source}) WHERE {condition} ORDER BY {order}"  # noqa: S608  static source, our condition
