"""Small tables that are published whole when they change: what was found, what persons decided.

Each is one segment at a time. The private tables are append-only, or expire, or are decided afresh, so another number of
rows or a later one says that a table has changed. Readers get `T`, the present state, and `T_versions`, every version, over the same file.
"""

from collections.abc import Mapping
from datetime import datetime

import duckdb

from veille.store.finding_tables import FINDINGS
from veille.store.publish import minor_flags
from veille.store.publish.minor_flags import MinorFlags
from veille.store.publish.relations import RELATIONS, SegmentRelation
from veille.store.publish.segments import Register, Segment, SegmentFolder

PARTITION = "whole"

WHOLE: Mapping[str, SegmentRelation] = {
    name: SegmentRelation(name=name, sources=(), time=time)
    for name, time in (
        *((table.name, table.published) for table in FINDINGS.values()),
        ("detector_steps", "started_at"),
        ("annotations", "known_at"),
        ("incidents", "known_at"),
        ("incident_events", "known_at"),
        ("incident_findings", "known_at"),
        ("incident_targets", "known_at"),
        ("silences", "known_at"),
        ("stream_changes", "known_at"),
        ("service_modes", "known_at"),
        ("official_statements", "known_at"),
    )
} | {minor_flags.RELATION.name: minor_flags.RELATION}
"""Private table → relation of the same name, with the column that says when a row was written. Counts of minor flags
are computed (`minor_flags.py`)."""

PUBLISHED: Mapping[str, SegmentRelation] = {**RELATIONS, **WHOLE}
"""Every relation of the analyst catalogue."""

_SHOWN: Mapping[str, str] = dict.fromkeys(
    ("incidents", "incident_events", "incident_findings", "incident_targets"), "rota <> 'minors'"
)
"""Which rows of a table readers may see, where that is not all."""


def rows_of_all(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Relation → the query that gives its rows."""
    return {name: _rows(connection, relation, datetime.min) for name, relation in WHOLE.items()}


def refresh(
    connection: duckdb.DuckDBPyConnection, folder: SegmentFolder, register: Register, now: datetime, flags: MinorFlags
) -> list[Segment]:
    """Publish the tables that changed, in the caller's transaction; returns what was written and registered.

    Raises duckdb.Error or OSError; then no file is left.
    """
    listed = {segment.relation: segment for segment in register.active() if segment.partition == PARTITION}
    written: list[Segment] = []
    states = _states(connection)
    try:
        for relation in WHOLE.values():
            before = listed.get(relation.name)
            if relation is minor_flags.RELATION:
                changed = flags.due(connection, now)
            else:
                changed = states[relation.name] != ((before.row_count, before.last_at) if before else (0, None))
            if not changed:
                continue
            segment = folder.write(connection, relation, PARTITION, _rows(connection, relation, now), now)
            if before:
                register.retire([before.path], now)
            if segment:
                register.add([segment])
                written.append(segment)
    except BaseException:
        flags.forget()
        folder.delete(segment.path for segment in written)
        raise
    return written


def _rows(connection: duckdb.DuckDBPyConnection, relation: SegmentRelation, now: datetime) -> str:
    if relation is minor_flags.RELATION:
        return minor_flags.query(connection, now)
    return f"SELECT * FROM {relation.name} WHERE {_shown(relation)} ORDER BY ALL"  # noqa: S608  our own names


def _shown(relation: SegmentRelation) -> str:
    return _SHOWN.get(relation.name, "true")


def _states(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, datetime | None]]:
    """Table → how many rows there are, and when the latest was written. One query: it is asked several times a second."""
    each = (
        f"SELECT '{relation.name}', count(*), max({relation.time}) FROM {relation.name} WHERE {_shown(relation)}"  # noqa: S608  our own names
        for relation in WHOLE.values()
        if relation is not minor_flags.RELATION
    )
    return {name: (int(rows), latest) for name, rows, latest in connection.execute(" UNION ALL ".join(each)).fetchall()}
