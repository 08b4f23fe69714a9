"""Tables of tweets: minet (twitwi's columns), and Twitter's archives of information operations."""

from typing import Any

from veille.sources.adapters.base import (
    NOBODY,
    Adapter,
    Found,
    People,
    Record,
    count,
    first,
    has,
    ident,
    language,
    names_in,
    person,
    text,
    when,
    yes,
)
from veille.sources.post import Post, PostAccount


def _is_minet(row: Record) -> bool:
    return has(row, "id", "text", "user_screen_name") and bool({"timestamp_utc", "local_time"} & row.keys())


def _minet(row: Record) -> Found:
    number, at = ident(row.get("id")), when(first(row, "timestamp_utc", "local_time"))
    if number is None:
        return ["no_id"]
    if at is None:
        return ["time_unreadable"]
    ids, names = names_in(row.get("mentioned_ids")), names_in(row.get("mentioned_names"))
    kinds = names_in(row.get("media_types"))
    return [
        Post(
            id=number,
            at=at,
            author=person(row.get("user_id"), row.get("user_screen_name")) or NOBODY,
            text=text(row.get("text")),
            language=language(row.get("lang")),
            answers=ident(row.get("to_tweetid")),
            answered=person(row.get("to_userid"), row.get("to_username")),
            quotes=ident(row.get("quoted_id")),
            quoted=person(row.get("quoted_user_id"), row.get("quoted_user")),
            tagged=[PostAccount(number, name) for number, name in zip(ids, names, strict=True)]
            if ids and len(ids) == len(names)
            else None,
            repost=ident(row.get("retweeted_id")) is not None,
            media=("image" if kinds[0] == "photo" else "video") if kinds else None,
            created_at=when(first(row, "user_timestamp_utc", "user_created_at")),
            followers=count(row.get("user_followers")),
            collected_at=when(row.get("collection_time")),
            views=count(row.get("impression_count")),
        )
    ]


def _is_operation(row: Record) -> bool:
    return has(row, "tweetid", "userid", "tweet_text", "tweet_time")


def _operation(row: Record) -> Found:
    number, at = ident(row.get("tweetid")), when(row.get("tweet_time"))
    if number is None:
        return ["no_id"]
    if at is None:
        return ["time_unreadable"]
    return [
        Post(
            id=number,
            at=at,
            author=_operator(row.get("userid"), row.get("user_screen_name")),
            text=text(row.get("tweet_text")),
            language=language(row.get("tweet_language")),
            answers=ident(row.get("in_reply_to_tweetid")),
            answered=person(row.get("in_reply_to_userid")),
            quotes=ident(row.get("quoted_tweet_tweetid")),
            tagged=[PostAccount(each) for each in names_in(row.get("user_mentions"))] or None,
            repost=bool(yes(row.get("is_retweet"))),
            created_at=when(row.get("account_creation_date")),
            followers=count(row.get("follower_count")),
        )
    ]


def _operator(identifier: Any, handle: Any) -> PostAccount:
    """An account of the archive; a hashed one has a hash for its number and its handle, and stays a person of its own."""
    number, name = ident(identifier), ident(handle)
    return person(number, None if name == number else name) or NOBODY


MINET = Adapter(
    name="x-minet",
    title="X by minet (twitwi's columns)",
    platform="x",
    people=People.BOTH,
    document="https://github.com/medialab/twitwi",
    fits=_is_minet,
    posts=_minet,
)
OPERATIONS = Adapter(
    name="x-io-archive",
    title="Twitter's information operations archives",
    platform="x",
    people=People.NUMBERS,
    document="https://transparency.x.com/en/reports/moderation-research",
    fits=_is_operation,
    posts=_operation,
)
