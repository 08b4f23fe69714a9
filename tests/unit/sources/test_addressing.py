import json

import pytest

from tests.unit.make import generation, mention, moderation, raw
from veille.events import EventType
from veille.sources.addressing import Addresser
from veille.sources.base import Chunk
from veille.sources.producer import Message


def addressed(
    *messages: bytes | None, event_type: EventType | None = None, lax: bool = False
) -> tuple[list[Message], int]:
    addresser = Addresser()
    chunk = Chunk(
        source="file",
        partition=-1,
        event_type=event_type,
        messages=messages,
        positions=range(1, len(messages) + 1),
        lax=lax,
    )
    return list(addresser([chunk])), addresser.untyped


def test_keys_keep_together_what_belongs_together() -> None:
    messages = [raw(mention(1)), raw(generation(1)), raw(moderation(1))]
    for message, kind, key in zip(messages, EventType, [b"creator_1", b"m1", b"post_1"], strict=True):
        assert addressed(message, event_type=kind) == ([(kind, key, message)], 0)


def test_several_types_in_one_file() -> None:
    named = raw(generation(1) | {"event_type": "generation"})
    unnamed, wrong = raw(mention(1)), raw(mention(1) | {"event_type": ["mention"]})
    assert addressed(named, unnamed, wrong, b"{broken") == ([(EventType.GENERATION, b"m1", named)], 3)


@pytest.mark.parametrize(
    "poison", [b"", b"{", b"\xff", b"[1]", b'"text"', b"[" * 5000, b'{"target_id": {"a": 1}}', b'{"target_id": null}']
)
def test_what_breaks_the_contract_is_sent_as_it_is(poison: bytes) -> None:
    assert addressed(poison, event_type=EventType.MENTION) == ([(EventType.MENTION, None, poison)], 0)


def test_csv_rows_get_numbers_and_booleans() -> None:
    row = {name: str(value) for name, value in mention(1, account_followers=12).items()}
    row |= {"minor_suspected": "true", "unknown": "7"}
    sent, _ = addressed(json.dumps(row).encode(), event_type=EventType.MENTION, lax=True)
    assert json.loads(sent[0][2] or b"") == row | {"account_followers": 12, "minor_suspected": True}
    broken = json.dumps(row | {"account_followers": "many"}).encode()
    assert addressed(broken, event_type=EventType.MENTION, lax=True)[0][0][2] == broken
