"""Small events for tests: valid unless a test says otherwise."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from veille.events import EventType
from veille.privacy import Key
from veille.sources.base import Chunk

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
KEY = Key(bytes(range(32)))


def mention(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "event_id": f"m{number}",
        "occurred_at": "2026-01-10T11:00:00Z",
        "platform": "x",
        "account_id": f"asker_{number % 5}",
        "target_id": f"creator_{number % 3}",
        "request_class": "sexualising",
        **fields,
    }


def generation(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "event_id": f"g{number}",
        "occurred_at": "2026-01-10T11:00:30Z",
        "platform": "x",
        "mention_id": f"m{number}",
        "outcome": "fulfilled",
        **fields,
    }


def moderation(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "event_id": f"d{number}",
        "occurred_at": "2026-01-10T11:30:00Z",
        "platform": "x",
        "subject_type": "post",
        "subject_id": f"post_{number}",
        "action": "removed",
        **fields,
    }


def raw(event: Any) -> bytes:
    return event if isinstance(event, bytes) else json.dumps(event).encode()


def chunk(
    events: Sequence[Any],
    event_type: EventType | None = EventType.MENTION,
    source: str = "f",
    partition: int = -1,
    first: int = 1,
) -> Chunk:
    messages = [None if event is None else raw(event) for event in events]
    return Chunk(
        source=source,
        partition=partition,
        event_type=event_type,
        messages=messages,
        positions=range(first, first + len(messages)),
    )
