"""The stored and published columns of events, from the declaration of their fields (`veille.events`)."""

from collections.abc import Iterator
from functools import cache
from typing import get_type_hints

import duckdb
import numpy as np

from veille.events import CLASSES, TEXT_LENGTH, EventType, Stored, is_id_field
from veille.store.declared import DeclaredColumn, Kind, fact, quasi
from veille.store.seen import Hashes
from veille.store.sql import filled, literal

_FIRST = ("event_id", "platform", "occurred_at")
_PEOPLE = frozenset({"account_id", "target_id", "subject_id"})
CAME_AS = {
    EventType.MENTION: {"account_id": "account_came_as", "target_id": "target_came_as"},
    EventType.GENERATION: {"account_id": "account_came_as", "target_id": "target_came_as"},
    EventType.MODERATION: {"subject_id": "subject_came_as"},
}
"""Column of a person → the private column that keeps what the row came with, where an alias says who that is."""
_FOLLOWS = {
    "collected_at": (fact("ingested_at", "When Veille learned of it (UTC)."),),
    "target_id": (
        fact("is_self", "Whether account and target are the same: someone asks about herself. Left out of abuse figures."),
    ),
}  # fmt: skip
"""Field → the columns that stand after it although no message has them. Of mentions only: is_self."""


@cache
def stored(event_type: EventType) -> tuple[DeclaredColumn, ...]:
    """The column of every field of the contract, in its order; meaning: empty where it is not published."""
    hints = get_type_hints(CLASSES[event_type], include_extras=True)
    return tuple(_column(name, hints[name].__metadata__) for name in CLASSES[event_type].__struct_fields__)


@cache
def published(event_type: EventType) -> tuple[DeclaredColumn, ...]:
    """The columns of the published view in its order."""
    columns = [column for column in stored(event_type) if column.meaning]
    columns.sort(key=lambda column: _FIRST.index(column.name) if column.name in _FIRST else len(_FIRST))
    return tuple(_with_followers(event_type, columns))


def view(event_type: EventType) -> Iterator[str]:
    """The SQL that makes the published view over `files.<table>`, and the comments of its columns."""
    table, columns = event_type.table, published(event_type)
    yield filled("publish/catalogue/events", {"table": table, "columns": [column.name for column in columns]})
    what = (CLASSES[event_type].__doc__ or "").strip()
    yield f"COMMENT ON VIEW {table} IS {literal(f'One row a {event_type}: {what[0].lower()}{what[1:]}')}"
    yield from comments(event_type, table)


def comments(event_type: EventType, view_name: str) -> Iterator[str]:
    """The comments of the columns of a view that shows these columns."""
    for column in published(event_type):
        yield f'COMMENT ON COLUMN {view_name}."{column.name}" IS {literal(column.meaning)}'


def _column(name: str, metadata: tuple[object, ...]) -> DeclaredColumn:
    (said,) = (each for each in metadata if isinstance(each, Stored))
    meaning = said.meaning or ""
    if name in _PEOPLE:
        return DeclaredColumn(name, meaning, Kind.PERSON)
    if is_id_field(name):
        return DeclaredColumn(name, meaning, Kind.THING)
    if name in TEXT_LENGTH:
        return DeclaredColumn(name, meaning, Kind.TEXT)
    return quasi(name, meaning) if said.may_single_out else fact(name, meaning)


def _with_followers(event_type: EventType, columns: list[DeclaredColumn]) -> Iterator[DeclaredColumn]:
    for column in columns:
        yield column
        if column.name != "target_id" or event_type is EventType.MENTION:
            yield from _FOLLOWS.get(column.name, ())
        if column.name in TEXT_LENGTH:
            yield from _noted(column.name)


def _noted(text: str) -> Iterator[DeclaredColumn]:
    """What was done to a free text."""
    before = "null on rows from before this was noted."
    yield fact(f"{text}_links", f"Whether a link in the {text} was replaced; {before}")
    long = f"longer than {TEXT_LENGTH[text]:,} characters and its end is missing"
    yield fact(f"{text}_cut", f"Whether the {text} was {long}; {before}")


def event_hashes(connection: duckdb.DuckDBPyConnection, table: str) -> Hashes:
    """Leading 64 bits of every event id in a table, unsorted."""
    found = connection.sql(filled("ingest/event_hashes", {"table": table})).fetchnumpy()["hash"]
    return np.asarray(found, np.uint64)
