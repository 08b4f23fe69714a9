"""Rows of files → messages for Kafka: topic by type, key by what belongs together, content as the file has it."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from veille.events import CLASSES, EventType
from veille.sources.base import Chunk

KEY_FIELDS = {
    EventType.MENTION: "target_id",
    EventType.GENERATION: "mention_id",
    EventType.MODERATION: "subject_id",
}
"""Events with the same value stay in order."""


class _Address(msgspec.Struct):
    event_type: Any = None
    target_id: Any = None
    mention_id: Any = None
    subject_id: Any = None


_NOWHERE = _Address()
_address = msgspec.json.Decoder(_Address).decode


class Addresser:
    """Addresses messages without judging them: what breaks the contract is for ingest to say.

    untyped: messages that could not be sent, because neither they nor their file say of what type they are.
    """

    def __init__(self) -> None:
        self.untyped = 0

    def __call__(self, chunks: Iterable[Chunk]) -> Iterator[tuple[EventType, bytes | None, bytes | None]]:
        """Type, key and content of each message."""
        for chunk in chunks:
            for message in chunk.messages:
                address = _read(message)
                event_type = chunk.event_type or _type(address.event_type)
                if event_type is None:
                    self.untyped += 1
                    continue
                content = with_types(message, event_type) if chunk.lax and message else message
                yield event_type, _key(getattr(address, KEY_FIELDS[event_type])), content


def _read(message: bytes | None) -> _Address:
    try:
        return _address(message or b"")
    except (ValueError, RecursionError):
        return _NOWHERE


def _type(named: object) -> EventType | None:
    return next((event_type for event_type in EventType if event_type == named), None)


def _key(value: object) -> bytes | None:
    return str(value).encode("utf-8", "surrogatepass") if isinstance(value, str | int) and value != "" else None


def with_types(message: bytes, event_type: EventType) -> bytes:
    """A row of strings (CSV) with numbers and booleans where the contract has them; what does not fit stays as it is."""
    try:
        event = msgspec.json.decode(message, type=CLASSES[event_type], strict=False)
        fields = msgspec.json.decode(message, type=dict[str, Any])
    except (ValueError, RecursionError):
        return message
    typed = msgspec.to_builtins(event)
    return msgspec.json.encode(
        {name: value if isinstance(typed.get(name), str) else typed.get(name, value) for name, value in fields.items()}
    )
