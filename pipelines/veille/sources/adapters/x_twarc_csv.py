"""twarc-csv: the X API v2 as a table, one tweet a row, with dotted column names."""

from typing import Any

import msgspec

from veille.sources.adapters.base import (
    NOBODY,
    Adapter,
    Found,
    People,
    Record,
    count,
    has,
    ident,
    language,
    person,
    text,
    when,
)
from veille.sources.post import Post, PostAccount


def _fits(record: Record) -> bool:
    return has(record, "id", "text", "author_id") and any(
        f"referenced_tweets.{kind}.id" in record for kind in ("replied_to", "quoted", "retweeted")
    )


def _listed(value: Any) -> list[dict[str, Any]]:
    try:
        found = msgspec.json.decode(text(value) or "[]") if not isinstance(value, list) else value
    except ValueError:
        return []
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _posts(row: Record) -> Found:
    number, at = ident(row.get("id")), when(row.get("created_at"))
    if number is None:
        return ["no_id"]
    if at is None:
        return ["time_unreadable"]
    mentions = row.get("entities.mentions")
    media = _listed(row.get("attachments.media"))
    metrics = row.get("public_metrics.impression_count")
    kind = str(media[0].get("type", "photo")) if media else None
    return [
        Post(
            id=number,
            at=at,
            author=person(row.get("author_id") or row.get("author.id"), row.get("author.username")) or NOBODY,
            text=text(row.get("note_tweet.text")) or text(row.get("text")),
            language=language(row.get("lang")),
            thread=ident(row.get("conversation_id")),
            answers=ident(row.get("referenced_tweets.replied_to.id")),
            answered=person(row.get("in_reply_to_user_id"), row.get("in_reply_to_username")),
            quotes=ident(row.get("referenced_tweets.quoted.id")),
            quoted=person(row.get("quoted_user_id"), row.get("quoted_username")),
            tagged=[PostAccount(ident(each.get("id")), ident(each.get("username"))) for each in _listed(mentions)]
            if mentions is not None
            else None,
            repost=ident(row.get("referenced_tweets.retweeted.id")) is not None,
            media=("image" if kind == "photo" else "video")
            if kind or ident(row.get("attachments.media_keys"))
            else None,
            created_at=when(row.get("author.created_at")),
            followers=count(row.get("author.public_metrics.followers_count")),
            collected_at=when(row.get("__twarc.retrieved_at")),
            views=count(metrics),
        )
    ]


ADAPTER = Adapter(
    name="x-twarc-csv",
    title="X API v2 as CSV (twarc-csv)",
    platform="x",
    people=People.BOTH,
    document="https://github.com/DocNow/twarc-csv",
    fits=_fits,
    posts=_posts,
)
