"""Publish everything afresh: all segments and rollups from the private tables, span by span of event time.

Spans are whole partitions where they are small, else days, so memory stays bounded at any size; one transaction
retires every old segment and registers the new ones.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime

import duckdb

from veille.store.publish.cut import CUT_TABLES, ordered
from veille.store.publish.relations import FORMAT, RELATIONS, Calendar, Partition, day_partition
from veille.store.publish.run import last_batch, run
from veille.store.publish.segments import Register, Segment, SegmentFolder
from veille.store.resolving import RESOLVED_FACT

PUBLISHED_PEOPLE_FACT = "published_people"
"""The `people_resolved` that the published rows show."""
SPAN_ROWS = 1_000_000
"""Months and years of more rows are written day by day; compaction joins them later without sorting."""


def rebuild(
    connection: duckdb.DuckDBPyConnection,
    folder: SegmentFolder,
    calendar: Calendar,
    at: datetime,
    check_stop: Callable[[], None] = lambda: None,
) -> list[Segment]:
    """Replace all segments. Raises duckdb.Error or OSError, or what `check_stop` raises between two spans; then nothing
    has changed and no file is left.
    """
    own, written = (
        connection.cursor(),
        list[Segment](),
    )  # a cursor of its own: temporary views must not meet a cut's tables
    try:
        own.begin()
        last = last_batch(own)
        _rebuild_memory(own, last)
        for span in spans(run(own, "rebuild/days", last=last), calendar):
            check_stop()
            _write_span(own, folder, calendar, span, at, written)
        register = Register(own)
        register.retire_all(at)
        register.add(written)
        register.set_fact("published_batch", str(last))
        register.set_fact("published_format", str(FORMAT))
        if (resolved := register.fact(RESOLVED_FACT)) is not None:
            register.set_fact(PUBLISHED_PEOPLE_FACT, resolved)
        own.commit()
    except BaseException:
        folder.delete(segment.path for segment in written)
        raise
    finally:
        own.close()  # ends an unfinished transaction without its effects
    return written


def _rebuild_memory(connection: duckdb.DuckDBPyConnection, last: int) -> None:
    """What later cuts must know, and the views that stand for a cut's tables."""
    run(connection, "private/forget_answers")
    run(connection, "private/forget_first")
    for step in ("answers", "waiting_answers", "first_asked"):
        run(connection, f"rebuild/{step}", last=last)
    connection.execute("SET VARIABLE last = $last", {"last": last})
    connection.execute("SET VARIABLE since = TIMESTAMP '1900-01-01'; SET VARIABLE until = TIMESTAMP '1900-01-01'")
    for table, time in CUT_TABLES.items():
        run(connection, "rebuild/new_rows", {"new": f"new_{table}", "table": table, "time": time})
    for view in ("new_letters", "first_changes"):
        run(connection, f"rebuild/{view}")


def spans(days: Sequence[tuple[date, int]], calendar: Calendar) -> list[Partition]:
    """What is written together: the calendar's partitions, those of more than SPAN_ROWS by day. In order of time."""
    grouped: dict[Partition, list[tuple[date, int]]] = {}
    for day, row_count in days:
        grouped.setdefault(calendar.partition(day), []).append((day, row_count))
    found: list[Partition] = []
    for partition, members in grouped.items():
        small = sum(row_count for _, row_count in members) <= SPAN_ROWS
        found += [partition] if small else [day_partition(day) for day, _ in members]
    return sorted(found)


def _write_span(
    connection: duckdb.DuckDBPyConnection,
    folder: SegmentFolder,
    calendar: Calendar,
    span: Partition,
    at: datetime,
    written: list[Segment],
) -> None:
    connection.execute("SET VARIABLE since = $since", {"since": span.since})
    connection.execute("SET VARIABLE until = $until", {"until": span.until})
    run(connection, "rebuild/changes")
    for relation in RELATIONS.values():
        partition = calendar.partition(span.since.date(), relation.finest).name
        query = ordered(relation, relation.query)
        segment = folder.write(connection, relation, partition, query, at)
        if segment is not None:
            written.append(segment)
