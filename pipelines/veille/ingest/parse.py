"""One raw message → an event, or the rule that it broke."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_
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
    """Parses the plain case in one call; raises ValueError for anything that `examine` should look at.

    Unknown fields are refused here, so that their absence costs nothing to know.
    """
    decode = _decoder(event_type, lax=lax, forbid_unknown=True)

    def parse(raw: bytes | None) -> Event:
        if not raw or len(raw) > MAX_MESSAGE_BYTES or worth_a_look(raw):
            raise UnusualError
        return decode(raw)

    return parse


def examine(raw: bytes | None, event_type: EventType | None, *, lax: bool) -> Examined | Violation:
    """Look at an unusual message rule by rule."""
    if not raw or not raw.strip():
        return violation("empty")
    if (worth_a_look(raw) or not raw.lstrip().startswith(b"{")) and holds_media(raw):
        return violation("media")
    if len(raw) > MAX_MESSAGE_BYTES:
        return violation("size")
    try:
        event = _decoder(event_type, lax=lax, forbid_unknown=False)(raw)
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
def _decoder(event_type: EventType | None, *, lax: bool, forbid_unknown: bool) -> Callable[[bytes], Event]:
    kinds = CLASSES if event_type is None else {event_type: CLASSES[event_type]}
    union = reduce(or_, [_forbidding(kind) if forbid_unknown else kind for kind in kinds.values()])
    return msgspec.json.Decoder(union, strict=not lax).decode


@cache
def _forbidding(kind: type[Event]) -> Any:
    """The same struct, refusing unknown fields."""
    tag = kind.__struct_config__.tag
    options: dict[str, Any] = {"frozen": True, "gc": False, "kw_only": True, "tag_field": "event_type", "tag": tag}
    return msgspec.defstruct(kind.__name__, [], bases=(kind,), forbid_unknown_fields=True, **options)
