"""From decoded events to Arrow columns with pseudonyms: one table a type, no raw id, no link."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from operator import attrgetter
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from veille import events
from veille.errors import VeilleError
from veille.events import DEFAULTS, TEXT_LENGTH, Event, EventType
from veille.ingest.cleaning import Cleaner, OwnIds
from veille.ingest.texts import kept, readable
from veille.privacy import Pseudonymiser, Space
from veille.violations import Violation, violation

TIME = pa.timestamp("us")
_EPOCH, _MICRO = datetime(1970, 1, 1), timedelta(microseconds=1)
_FIRST, _LAST = (datetime.min - _EPOCH) // _MICRO, (datetime.max - _EPOCH) // _MICRO

_SUBJECT_SPACE: dict[str, Space] = {"post": "post", "media": "media", "account": "person"}

_OWN_IDS: dict[EventType, dict[str, Space]] = {
    EventType.MENTION: {
        "account_id": "person", "target_id": "person", "event_id": "mention", "post_id": "post", "parent_post_id": "post",
    },
    EventType.GENERATION: {
        "account_id": "person", "target_id": "person", "event_id": "generation", "mention_id": "mention", "post_id": "post",
    },
    EventType.MODERATION: {
        "subject_id": "person", "event_id": "moderation", "post_id": "post", "mention_id": "mention", "report_id": "report",
    },
}  # fmt: skip
"""Ids that must not stand in the texts and tokens of their own row. What is subject of a moderation may be a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    """Events of one type with what every column needs to know about them."""

    event_type: EventType
    events: Sequence[Event]
    platforms: list[str]
    clean: Cleaner
    own: Sequence[OwnIds]

    @property
    def names(self) -> Pseudonymiser:
        return self.clean.names

    def values(self, field: str) -> list[Any]:
        return list(map(attrgetter(field), self.events))

    def texts(self, field: str) -> list[str | None]:
        """Free texts as they may be cleaned."""
        return list(map(readable, self.values(field)))

    def pseudonyms(self, field: str, space: Space) -> list[bytes | None]:
        return self.names.column(space, self.platforms, self.values(field))


Converter = Callable[[_Batch, str], pa.Array]


class RowError(VeilleError):
    """A field of at least one event of a batch cannot be stored; `violation` says which field and why, without a value."""

    def __init__(self, broken: Violation) -> None:
        super().__init__(f"{broken.path}: {broken.rule}")
        self.violation = broken


def to_table(event_type: EventType, events: Sequence[Event], clean: Cleaner) -> pa.Table:
    """Columns named as in the database, in the contract's order; mentions gain `is_self`, free texts what was done to them.

    `events` is not empty.

    Raises RowError where one of the events cannot be stored.
    """
    unknown = DEFAULTS[event_type]["platform"]
    own = [OwnIds(space, partial(_values, events, attrgetter(field))) for field, space in _OWN_IDS[event_type].items()]
    batch = _Batch(
        event_type=event_type,
        events=events,
        platforms=[(event.platform or unknown).lower() for event in events],
        clean=clean,
        own=own,
    )
    columns = {field: _column(batch, field) for field in type(events[0]).__struct_fields__}
    for field in columns.keys() & TEXT_LENGTH.keys():
        columns |= kept(field, batch.values(field), columns[field])
    if event_type is EventType.MENTION:
        columns["is_self"] = _is_self(columns["account_id"], columns["target_id"])
    return pa.table(columns)


def _values(events: Sequence[Event], get: Callable[[Event], Any]) -> list[Any]:
    return list(map(get, events))


def _column(batch: _Batch, field: str) -> pa.Array:
    try:
        return _CONVERTERS[batch.event_type][field](batch, field)
    except (RowError, MemoryError):
        raise
    except Exception as error:  # whatever one value does, the others must not suffer from it
        raise RowError(violation("row", f"$.{field}")) from error


def uuids(values: Sequence[bytes | None]) -> pa.Array:
    """16-byte values as an Arrow column that DuckDB reads as UUID."""
    return pa.ExtensionArray.from_storage(pa.uuid(), pa.array(values, pa.binary(16)))


def raw_ids(column: pa.ChunkedArray) -> NDArray[np.uint8]:
    """The bytes of a column of UUIDs, 16 each; those of a null say nothing."""
    storage = column.combine_chunks().storage
    raw = np.frombuffer(storage.buffers()[1], np.uint8)
    return raw[16 * storage.offset : 16 * (storage.offset + len(storage))]


def _is_self(accounts: pa.Array, targets: pa.Array) -> pa.Array:
    return pc.fill_null(pc.equal(accounts.storage, targets.storage), False)


def _text(batch: _Batch, field: str) -> pa.Array:
    column = pa.array(batch.values(field), pa.string())
    default = DEFAULTS[batch.event_type].get(field)
    return column if default is None or not column.null_count else pc.fill_null(column, default)


def _time(batch: _Batch, field: str) -> pa.Array:
    """UTC. A zone can move the first and the last day of the calendar out of it."""
    column = pa.array(batch.values(field), TIME)
    bounds = pc.min_max(column)
    if bounds["min"].is_valid and (bounds["min"].value < _FIRST or bounds["max"].value > _LAST):
        raise RowError(violation("datetime", f"$.{field}"))
    return column


def _typed(kind: pa.DataType) -> Converter:
    return lambda batch, field: pa.array(batch.values(field), kind)


def _id(space: Space) -> Converter:
    return lambda batch, field: uuids(batch.pseudonyms(field, space))


def _event_id(batch: _Batch, field: str) -> pa.Array:
    return uuids(batch.names.unique_column(batch.event_type.value, batch.platforms, batch.values(field)))


def _subject_id(batch: _Batch, field: str) -> pa.Array:
    rows = zip(batch.values("subject_type"), batch.platforms, batch.values(field), strict=True)
    return uuids([batch.names.one(_SUBJECT_SPACE[kind], platform, subject) for kind, platform, subject in rows])


def _platform(batch: _Batch, _field: str) -> pa.Array:
    return pa.array(batch.platforms, pa.string())


def _lower(batch: _Batch, field: str) -> pa.Array:
    return pa.array([None if value is None else value.lower() for value in batch.values(field)], pa.string())


def _month(batch: _Batch, field: str) -> pa.Array:
    months: list[datetime | None] = batch.values(field)
    return pa.array([None if at is None else date(at.year, at.month, 1) for at in months], pa.date32())


def _prompt(batch: _Batch, field: str) -> pa.Array:
    return pa.array(
        batch.clean.texts(batch.texts(field), batch.platforms, batch.values("generator"), batch.own), pa.string()
    )


def _reason(batch: _Batch, field: str) -> pa.Array:
    return pa.array(batch.clean.codes_or_texts(batch.texts(field), batch.platforms, batch.own), pa.string())


def _token(batch: _Batch, field: str) -> pa.Array:
    return pa.array(batch.clean.tokens(batch.values(field), batch.own), pa.string())


_BY_FIELD: dict[str, Converter] = {
    "event_id": _event_id,
    "platform": _platform,
    "account_id": _id("person"),
    "target_id": _id("person"),
    "post_id": _id("post"),
    "parent_post_id": _id("post"),
    "mention_id": _id("mention"),
    "report_id": _id("report"),
    "subject_id": _subject_id,
    "account_created_at": _month,
}
"""Fields that are stored in another way than their type says. Every id is here, for its space of pseudonyms."""
_BY_TYPE: tuple[tuple[Any, Converter], ...] = (
    (events.Time, _time),
    (events.Probability, _typed(pa.float64())),
    (events.Count, _typed(pa.int64())),
    (bool, _typed(pa.bool_())),
    (events.Language, _lower),
    (events.PdqHash, _lower),
    (events.Prompt, _prompt),
    (events.Reason, _reason),
    (events.Collection, _token),
    (events.Token, _token),
)
"""Everything else is text as it is."""


def _converter(field: str, kind: Any) -> Converter:
    """How a field is stored. Raises TypeError for an id without a space of pseudonyms: it would be stored as it is."""
    if field in _BY_FIELD:
        return _BY_FIELD[field]
    types = _alternatives(kind)
    if events.is_id_field(field) or events.Id in types:
        raise TypeError(f"{field} holds an id: name its space of pseudonyms in veille.ingest.columns")
    return next((converter for each, converter in _BY_TYPE if each in types), _text)


def _alternatives(kind: Any) -> tuple[Any, ...]:
    """The types of an annotated field, as `veille.events` names them."""
    base, *said = get_args(kind)
    if get_origin(base) in (Union, UnionType):
        return get_args(base)
    limits = [each for each in said if not isinstance(each, events.Stored)]
    return (Annotated[(base, *limits)],) if limits else (base,)


_CONVERTERS: dict[EventType, dict[str, Converter]] = {
    event_type: {
        field: _converter(field, get_type_hints(kind, include_extras=True)[field]) for field in kind.__struct_fields__
    }
    for event_type, kind in events.CLASSES.items()
}
