"""Twitter API v1.1: tweets of search, streams and twarc, compatible and extended mode."""

from typing import Any

from veille.sources.adapters.base import (
    NOBODY,
    Adapter,
    Found,
    People,
    Record,
    count,
    dig,
    first,
    has,
    ident,
    language,
    person,
    text,
    when,
)
from veille.sources.post import Post, PostAccount

_CONTROL = ("delete", "limit", "scrub_geo", "status_withheld", "user_withheld", "disconnect", "warning", "friends")


def _fits(record: Record) -> bool:
    if isinstance(record.get("statuses"), list):
        return True
    if isinstance(record.get("user"), dict) and has(record, "created_at") and {"full_text", "text"} & record.keys():
        return "screen_name" in record["user"] or "id_str" in record["user"]
    return len(record) <= 2 and any(name in record for name in _CONTROL)


def _posts(record: Record) -> Found:
    statuses = record.get("statuses")
    if isinstance(statuses, list):
        return [post for each in statuses for post in _of_tweet(each)]
    return _of_tweet(record)


def _of_tweet(tweet: Any) -> Found:
    if not isinstance(tweet, dict) or "user" not in tweet:
        yield "control_message"
        return
    number, at = ident(tweet.get("id_str"), tweet.get("id")), when(tweet.get("created_at"))
    if number is None or at is None:
        yield "no_id" if number is None else "time_unreadable"
        return
    user = tweet.get("user") or {}
    extended = tweet.get("extended_tweet") or {}
    entities = first(extended, "entities") or tweet.get("entities") or {}
    media = (
        dig(extended, "extended_entities", "media") or dig(tweet, "extended_entities", "media") or entities.get("media")
    )
    quoted = tweet.get("quoted_status") or {}
    yield Post(
        id=number,
        at=at,
        author=account(user),
        text=text(extended.get("full_text")) or text(first(tweet, "full_text", "text")),
        language=language(tweet.get("lang")),
        thread=ident(tweet.get("conversation_id_str"), tweet.get("conversation_id")),
        answers=ident(tweet.get("in_reply_to_status_id_str"), tweet.get("in_reply_to_status_id")),
        answered=person(
            first(tweet, "in_reply_to_user_id_str", "in_reply_to_user_id"), tweet.get("in_reply_to_screen_name")
        ),
        quotes=ident(tweet.get("quoted_status_id_str"), tweet.get("quoted_status_id"), quoted.get("id_str")),
        quoted=account(quoted.get("user") or {}) if quoted else permalink(tweet.get("quoted_status_permalink")),
        tagged=mentioned(entities),
        repost=bool(tweet.get("retweeted_status")),
        media=kind_of(media),
        created_at=when(user.get("created_at")),
        followers=count(user.get("followers_count")),
    )


def account(user: Record) -> PostAccount:
    """A v1.1 user object as a person."""
    return person(first(user, "id_str", "id"), user.get("screen_name")) or NOBODY


def mentioned(entities: Record) -> list[PostAccount]:
    """The people whom v1.1 entities name, in the order of the text."""
    listed = [each for each in entities.get("user_mentions") or () if isinstance(each, dict)]
    return [PostAccount(ident(each.get("id_str"), each.get("id")), ident(each.get("screen_name"))) for each in listed]


def kind_of(media: Any) -> str | None:
    """Image or video, by the first of v1.1 media objects."""
    if not isinstance(media, list) or not media:
        return None
    kind = media[0].get("type") if isinstance(media[0], dict) else None
    return "video" if kind in ("video", "animated_gif") else "image"


def permalink(link: Any) -> PostAccount | None:
    """The author in the link of a quoted post, for posts that are not delivered (deleted, protected)."""
    return author_of_link(dig(link, "expanded") if isinstance(link, dict) else link)


def author_of_link(link: Any) -> PostAccount | None:
    """`https://x.com/NAME/status/1` → NAME."""
    parts = text(link).split("/")
    if len(parts) >= 6 and parts[4] in ("status", "statuses") and parts[3] != "i":
        return person(None, parts[3])
    return None


ADAPTER = Adapter(
    name="x-api-v1",
    title="Twitter API v1.1 (twarc, streams, search)",
    platform="x",
    people=People.BOTH,
    document="https://developer.x.com/en/docs/x-api/v1/data-dictionary/object-model/tweet",
    fits=_fits,
    posts=_posts,
)
