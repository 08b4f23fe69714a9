"""Telegram Desktop's export (`result.json`): one chat, or all chats of an account."""

from collections.abc import Iterator
from typing import Any

from veille.sources.adapters.base import (
    NOBODY,
    Adapter,
    Found,
    People,
    Record,
    dig,
    first,
    has,
    ident,
    person,
    text,
    when,
)
from veille.sources.post import Post, PostAccount


def _fits(record: Record) -> bool:
    if isinstance(record.get("messages"), list) and {"name", "type", "id"} & record.keys():
        return True
    if isinstance(dig(record, "chats", "list"), list):
        return True
    return has(record, "id", "type", "date") and bool({"from_id", "text_entities", "actor_id"} & record.keys())


def _posts(record: Record) -> Found:
    return list(_each(record))


def _each(record: Record) -> Iterator[Post | str]:
    for chat in dig(record, "chats", "list") or ():
        yield from _each(chat)
    messages = record.get("messages")
    if isinstance(messages, list):
        for message in messages:
            if isinstance(message, dict):
                yield _post(message, text(record.get("id")))
    elif "chats" not in record:
        yield _post(record, "")


def _post(message: Record, chat: str) -> Post | str:
    if message.get("type") != "message":
        return "control_message"
    number, at = ident(message.get("id")), when(first(message, "date_unixtime", "date"))
    if number is None:
        return "no_id"
    if at is None:
        return "time_unreadable"
    parent = ident(message.get("reply_to_message_id"))
    kind = text(message.get("media_type"))
    return Post(
        id=f"{chat}/{number}" if chat else number,
        at=at,
        author=person(message.get("from_id")) or NOBODY,
        text=_text(message.get("text")),
        answers=(f"{chat}/{parent}" if chat else parent) if parent else None,
        tagged=_tagged(message.get("text_entities") or message.get("text")),
        repost="forwarded_from" in message,
        media="image" if message.get("photo") else "video" if kind.startswith("video") or kind == "animation" else None,
    )


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "".join(part if isinstance(part, str) else text(part.get("text")) for part in value)
    return text(value)


def _tagged(entities: Any) -> list[PostAccount]:
    found: list[PostAccount] = []
    for each in entities if isinstance(entities, list) else ():
        kind = each.get("type") if isinstance(each, dict) else None
        if kind == "mention":
            found.append(PostAccount(None, text(each.get("text")).lstrip("@")))
        elif kind == "mention_name":
            number = ident(each.get("user_id"))
            found += [PostAccount(f"user{number}", None)] if number else []
    return found


ADAPTER = Adapter(
    name="telegram",
    title="Telegram Desktop export (result.json)",
    platform="telegram",
    people=People.NUMBERS,
    document="https://core.telegram.org/import-export",
    fits=_fits,
    posts=_posts,
)
