"""Raw messages → events, or the rule that each broke.

The fast path costs one decode a message. It leaves two things to be known more cheaply than message by message:
the forms of short texts (checked once for each distinct value of a batch) and the absence of unknown fields (refused
by the decoder). Whatever is unusual is looked at again rule by rule.
"""

import re
import typing
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from operator import attrgetter, or_
from typing import Any

import msgspec

from veille.events import CLASSES, MAX_MESSAGE_BYTES, Event, EventType, Violation, explain, violation
from veille.ingest.media import holds_media, worth_a_look

Parser = Callable[[bytes | None], Event]


class UnusualError(ValueError):
    """The message needs the slow path."""


@dataclass(frozen=True, slots=True)
class Examined:
    """An event from the slow path, with the number of fields that the contract does not know."""

    event: Event
    unknown_fields: int


@cache
def fast_parser(event_type: EventType | None, *, lax: bool) -> Parser:
    """Parses the plain case; raises ValueError for anything that `examine` should look at.

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
    """Look at an unusual message rule by rule."""
    if not raw or not raw.strip():
        return violation("empty")
    if (worth_a_look(raw) or not raw.lstrip().startswith(b"{")) and holds_media(raw):
        return violation("media")
    if len(raw) > MAX_MESSAGE_BYTES:
        return violation("size")
    try:
        event = _full_decoder(event_type, lax=lax)(raw)
        fields = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    except ValueError as error:
        return explain(error)
    except RecursionError:
        return violation("json")
    return Examined(event, len(fields.keys() - {"event_type", *event.__struct_fields__}))


def event_type_of(event: Event) -> EventType:
    """Which of the three types an event is."""
    return EventType(str(type(event).__struct_config__.tag))


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
