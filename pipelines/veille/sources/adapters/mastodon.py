"""Mastodon: statuses of the API, in arrays, lines and streaming events (also Pleroma, Truth Social)."""

import html
import re
from typing import Any

import msgspec

from veille.sources.adapters.base import (
    NOBODY,
    Adapter,
    Found,
    People,
    Record,
    count,
    dig,
    has,
    ident,
    language,
    person,
    text,
    when,
)
from veille.sources.post import Post, PostAccount

_BREAK = re.compile(r"(?i)<br\s*/?>|</p>\s*<p>")
_TAG = re.compile(r"<[^>]+>")


def _fits(record: Record) -> bool:
    status = _status(record)
    return (
        isinstance(status, dict)
        and has(status, "content", "account", "created_at")
        and isinstance(status["account"], dict)
        and "acct" in status["account"]
    )


def _status(record: Record) -> Any:
    """The status inside a streaming event, whose payload is JSON in a text."""
    payload = record.get("payload")
    if has(record, "event", "payload") and isinstance(payload, str) and record["event"] in ("update", "status.update"):
        try:
            return msgspec.json.decode(payload)
        except ValueError:
            return None
    return payload if isinstance(payload, dict) else record


def _posts(record: Record) -> Found:
    status = _status(record)
    if not isinstance(status, dict) or "content" not in status:
        return ["control_message"]
    number, at = ident(status.get("id")), when(status.get("created_at"))
    if number is None:
        return ["no_id"]
    if at is None:
        return ["time_unreadable"]
    account = status.get("account") or {}
    mentions = [each for each in status.get("mentions") or () if isinstance(each, dict)]
    quoted = dig(status, "quote", "quoted_status") or status.get("quote") or {}
    quoter = quoted.get("account") if isinstance(quoted, dict) else None
    answered = ident(status.get("in_reply_to_account_id"))
    handles = {ident(each.get("id")): ident(each.get("acct"), each.get("username")) for each in mentions}
    return [
        Post(
            id=number,
            at=at,
            author=person(account.get("id"), account.get("acct")) or NOBODY,
            text=html_as_text(status.get("content")),
            language=language(status.get("language")),
            answers=ident(status.get("in_reply_to_id")),
            answered=person(answered, handles.get(answered)) if answered else None,
            quotes=ident(quoted.get("id")) if isinstance(quoted, dict) else None,
            quoted=person(quoter.get("id"), quoter.get("acct")) if isinstance(quoter, dict) else None,
            tagged=[PostAccount(number, handle) for number, handle in handles.items() if number or handle],
            repost=status.get("reblog") is not None,
            media=_media(status.get("media_attachments")),
            created_at=when(account.get("created_at")),
            followers=count(account.get("followers_count")),
        )
    ]


def html_as_text(content: Any) -> str:
    """A status's HTML as text: breaks are lines, tags are gone."""
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", text(content)))).strip()


def _media(attachments: Any) -> str | None:
    if not isinstance(attachments, list) or not attachments:
        return None
    return "video" if dig(attachments[0], "type") in ("video", "gifv") else "image"


ADAPTER = Adapter(
    name="mastodon",
    title="Mastodon statuses (API, streaming)",
    platform="mastodon",
    people=People.BOTH,
    document="https://docs.joinmastodon.org/entities/Status/",
    fits=_fits,
    posts=_posts,
)
