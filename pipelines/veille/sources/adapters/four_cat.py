"""4CAT's CSV: one post a row, `thread_id` and `body`; X, and what 4CAT maps from other platforms."""

from urllib.parse import urlsplit

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
from veille.sources.adapters.x_api_v1 import author_of_link
from veille.sources.post import Post, PostAccount

_PLATFORMS = {
    "x.com": "x",
    "twitter.com": "x",
    "bsky.app": "bluesky",
    "reddit.com": "reddit",
    "t.me": "telegram",
    "instagram.com": "instagram",
    "tiktok.com": "tiktok",
    "threads.net": "threads",
    "threads.com": "threads",
    "truthsocial.com": "truthsocial",
    "gab.com": "gab",
}


def _fits(record: Record) -> bool:
    return has(record, "id", "thread_id", "body", "author") and bool({"timestamp", "unix_timestamp"} & record.keys())


def _platform(row: Record) -> str:
    host = urlsplit(text(first(row, "link", "url", "post_url", "collected_from_url"))).hostname or ""
    found = _PLATFORMS.get(".".join(host.split(".")[-2:]))
    return found or ("x" if "is_retweet" in row else "unknown")


def _posts(row: Record) -> Found:
    number, at = ident(row.get("id")), when(first(row, "unix_timestamp", "timestamp"))
    if number is None:
        return ["no_id"]
    if at is None:
        return ["time_unreadable"]
    thread = ident(row.get("thread_id"))
    answered = _one(first(row, "replied_author", "replied_user", "reply_to", "replied-to_user", "in_reply_to"))
    quote = ident(row.get("quote_tweet_id"), row.get("quoted_post_id"))
    mentions = first(row, "mentions", "mentioned_users") if {"mentions", "mentioned_users"} & row.keys() else None
    repost = yes(first(row, "is_retweet", "is_repost")) or ident(row.get("retweeted_user")) is not None
    return [
        Post(
            id=number,
            at=at,
            author=person(row.get("author_id"), row.get("author")) or NOBODY,
            text=text(row.get("body")),
            language=language(first(row, "language_guess", "language")),
            thread=thread,
            answered=answered,
            quotes=quote,
            quoted=_one(first(row, "quote_author", "quoted_user")) or author_of_link(row.get("quote_url")),
            tagged=[PostAccount(None, name.lstrip("@")) for name in names_in(mentions)]
            if mentions is not None
            else None,
            repost=bool(repost),
            media="image" if text(row.get("images")) else "video" if text(row.get("videos")) else None,
            followers=count(row.get("author_followers")),
        )
    ]


def _one(value: object) -> PostAccount | None:
    names = names_in(value)
    return person(None, names[0]) if names and yes(names[0]) is None else None


ADAPTER = Adapter(
    name="4cat",
    title="4CAT's CSV (X; Bluesky, Telegram, Truth Social by their links)",
    platform=None,
    people=People.AUTHORS,
    document="https://github.com/digitalmethodsinitiative/4cat/wiki/CSV-format",
    fits=_fits,
    posts=_posts,
    platform_of=_platform,
)
