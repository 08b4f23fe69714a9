"""Raw messages → events, or the rule that each broke.

The fast path costs one decode a message. It leaves two things to be known more cheaply than message by message:
the forms of short texts (checked once for each distinct value of a batch) and the absence of unknown fields (refused
by the decoder). Whatever is unusual is looked at again rule by rule.
"""

import codecs
import re
import typing
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from operator import attrgetter, or_
from typing import Any

import msgspec

from veille.errors import VeilleError
from veille.events import CLASSES, TEXT_LENGTH, Event, EventType
from veille.ingest.media import holds_media, may_hold_media, worth_a_look
from veille.violations import MAX_MESSAGE_BYTES, MAX_RECORD_BYTES, Violation, explain, violation

Parser = Callable[[bytes | None], Event]
Fields = dict[str, msgspec.Raw]
_TAGS = {f'"{event_type}"'.encode(): event_type for event_type in EventType}
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_read_object = msgspec.json.Decoder(Fields).decode


class UnusualError(VeilleError, ValueError):
    """The message needs the slow path."""


@dataclass(frozen=True, slots=True)
class Examined:
    """An event from the slow path, with the number of fields that the contract does not know."""

    event: Event
    unknown_fields: int


@cache
def fast_parser(event_type: EventType | None, *, lax: bool) -> Parser:
    """Parses the plain case; raises an exception for anything that `examine` should look at.

    The forms of short texts are not checked: ask `ill_formed` about the batch.
    """
    kinds = CLASSES if event_type is None else {event_type: CLASSES[event_type]}
    decode = msgspec.json.Decoder(reduce(or_, map(_plain_struct, kinds.values())), strict=not lax).decode

    def parse(raw: bytes | None) -> Event:
        if not raw or len(raw) > MAX_MESSAGE_BYTES or worth_a_look(raw):
            raise UnusualError
        event: Event = decode(raw)
        return event

    return parse


def ill_formed(event_type: EventType, events: Sequence[Event]) -> list[int]:
    """Which of `events`, all of one type, hold a text that does not have the contract's form."""
    found: set[int] = set()
    for field, pattern in _patterns(CLASSES[event_type]).items():
        values = list(map(attrgetter(field), events))
        wrong = {value for value in set(values) if value is not None and not pattern.search(value)}
        if wrong:
            found |= {at for at, value in enumerate(values) if value in wrong}
    return sorted(found)


def examine(raw: bytes | None, event_type: EventType | None, *, lax: bool) -> Examined | Violation:
    """Look at an unusual message rule by rule. Fields that the contract does not know are left out first."""
    if not raw or not raw.strip():
        return violation("empty")
    if len(raw) > MAX_RECORD_BYTES:
        return violation("size")
    fields = read_fields(raw)
    if isinstance(fields, Violation):
        return violation("media") if holds_media(raw) else fields
    names = known_names(event_type, fields)
    known = {name: value for name, value in fields.items() if name in names and not _null(value)}
    strict = msgspec.json.encode({name: value for name, value in known.items() if name not in TEXT_LENGTH})
    if worth_a_look(raw) and holds_media(strict):
        return violation("media")
    if len(strict) > MAX_MESSAGE_BYTES:
        return violation("size")
    event = _read_event(msgspec.json.encode(known), event_type, lax=lax)
    return event if isinstance(event, Violation) else Examined(event, len(fields.keys() - names))


def _read_event(content: bytes, event_type: EventType | None, *, lax: bool) -> Event | Violation:
    try:
        return _full_decoder(event_type, lax=lax)(content)
    except RecursionError:
        return violation("json")
    except ValueError as error:
        return explain(error)


def read_fields(raw: bytes) -> Fields | Violation:
    """The fields of a JSON object as they stand; of a repeated key the last one. A byte order mark is passed over."""
    try:
        return _read_object(raw.removeprefix(codecs.BOM_UTF8))
    except RecursionError:
        return violation("json")
    except ValueError as error:
        return violation("utf8") if raw.startswith(_UTF16) else explain(error)


def known_names(event_type: EventType | None, fields: Fields | None = None) -> frozenset[str]:
    """Names of the contract's fields: of `event_type`, else of the type that `fields` name, else of all types."""
    named = fields.get("event_type") if event_type is None and fields else None
    if named is not None:
        event_type = _TAGS.get(bytes(named).strip())
    kinds = list(CLASSES.values()) if event_type is None else [CLASSES[event_type]]
    return frozenset({"event_type"}.union(*(kind.__struct_fields__ for kind in kinds)))


def keepable(raw: bytes, event_type: EventType | None) -> bytes | None:
    """What may be kept of a message that was refused: all of it without the unknown fields that hold media.

    None where media remain, and for a message that is too large to be looked into.
    """
    if len(raw) > MAX_RECORD_BYTES:
        return None
    if not (worth_a_look(raw) or not raw.lstrip().startswith(b"{")) or not may_hold_media(raw):
        return raw
    fields = read_fields(raw)
    if isinstance(fields, Violation):
        return None
    names = known_names(event_type)
    kept = {name: value for name, value in fields.items() if name in names or not _holds_media(name, value)}
    left = msgspec.json.encode(kept)
    return None if may_hold_media(left) else left


def _holds_media(name: str, value: msgspec.Raw) -> bool:
    return may_hold_media(msgspec.json.encode({name: value}))


def event_type_of(event: Event) -> EventType:
    """Which of the three types an event is."""
    return EventType(str(type(event).__struct_config__.tag))


def _null(value: msgspec.Raw) -> bool:
    return bytes(value).strip() == b"null"


@cache
def _full_decoder(event_type: EventType | None, *, lax: bool) -> Callable[[bytes], Event]:
    kinds = CLASSES if event_type is None else {event_type: CLASSES[event_type]}
    union: Any = reduce(or_, kinds.values())
    return msgspec.json.Decoder(union, strict=not lax).decode


@cache
def _patterns(kind: type[Event]) -> dict[str, re.Pattern[str]]:
    """The contract's form of each field that has one."""
    found = {name: _pattern(hint) for name, hint in typing.get_type_hints(kind, include_extras=True).items()}
    return {name: re.compile(pattern) for name, pattern in found.items() if pattern is not None}


def _pattern(hint: Any) -> str | None:
    for part in (hint, *typing.get_args(hint)):
        for meta in getattr(part, "__metadata__", ()):
            if getattr(meta, "pattern", None) is not None:
                return str(meta.pattern)
    return None


@cache
def _plain_struct(kind: type[Event]) -> Any:
    """The same struct without forms, refusing unknown fields."""
    fields: list[Any] = []
    for field in msgspec.structs.fields(kind):
        hint = field.type if field.name not in _patterns(kind) else str if field.required else str | None
        fields.append((field.name, hint) if field.required else (field.name, hint, field.default))
    options: dict[str, Any] = {"frozen": True, "gc": False, "kw_only": True, "tag_field": "event_type"}
    tag = kind.__struct_config__.tag
    return msgspec.defstruct(kind.__name__, fields, bases=(Event,), forbid_unknown_fields=True, tag=tag, **options)
