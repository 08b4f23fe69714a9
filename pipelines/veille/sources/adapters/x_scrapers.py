"""Tweets as scrapers write them: Apify's tweet scrapers, twscrape and snscrape, twitter-web-exporter."""

from typing import Any

from veille.sources.adapters import x_web
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
    names_in,
    person,
    text,
    when,
    yes,
)
from veille.sources.adapters.x_api_v1 import author_of_link, kind_of, mentioned
from veille.sources.post import Post, PostAccount


def _is_apify(record: Record) -> bool:
    author = record.get("author")
    return (
        has(record, "id", "createdAt")
        and isinstance(author, dict)
        and {"userName", "username"} & author.keys() != set()
    )


def _apify(tweet: Record) -> Found:
    number, at = ident(tweet.get("id")), when(tweet.get("createdAt"))
    if number is None:
        return ["no_id"]
    if at is None:
        return ["time_unreadable"]
    author = tweet.get("author") or {}
    quote = tweet.get("quote") or tweet.get("quoted_tweet") or {}
    entities = tweet.get("entities") or {}
    media = dig(tweet, "extendedEntities", "media") or tweet.get("media")
    reposted = bool(yes(tweet.get("isRetweet")) or tweet.get("retweet") or tweet.get("retweeted_tweet"))
    return [
        Post(
            id=number,
            at=at,
            author=_apify_user(author) or NOBODY,
            text=text(first(tweet, "fullText", "text")),
            language=language(tweet.get("lang")),
            thread=ident(tweet.get("conversationId")),
            answers=ident(tweet.get("inReplyToId")),
            answered=person(tweet.get("inReplyToUserId"), tweet.get("inReplyToUsername")),
            quotes=ident(tweet.get("quoteId"), quote.get("id")),
            quoted=_apify_user(quote.get("author")),
            # Some versions list only a part of the people a text names.
            tagged=_all_tagged(text(first(tweet, "fullText", "text")), mentioned(entities)),
            repost=reposted,
            media=kind_of(media) if media else None,
            created_at=when(author.get("createdAt")),
            followers=count(author.get("followers")),
            views=count(tweet.get("viewCount")),
        )
    ]


def _apify_user(user: Any) -> PostAccount | None:
    return person(user.get("id"), first(user, "userName", "username")) if isinstance(user, dict) else None


def _all_tagged(body: str, listed: list[PostAccount]) -> list[PostAccount] | None:
    """The people listed; None, so that the text is read, where it names more than are listed."""
    return listed if body.count("@") <= len(listed) else None


def _is_scrape(record: Record) -> bool:
    user = record.get("user")
    return (
        has(record, "id", "date")
        and bool({"rawContent", "content", "renderedContent"} & record.keys())
        and isinstance(user, dict)
        and "username" in user
    )


def _scrape(tweet: Record) -> Found:
    number, at = ident(tweet.get("id_str"), tweet.get("id")), when(tweet.get("date"))
    if number is None:
        return ["no_id"]
    if at is None:
        return ["time_unreadable"]
    user = tweet["user"]
    quoted = tweet.get("quotedTweet") or {}
    mentions = tweet.get("mentionedUsers")
    return [
        Post(
            id=number,
            at=at,
            author=_scrape_user(user) or NOBODY,
            text=text(first(tweet, "rawContent", "content", "renderedContent")),
            language=language(tweet.get("lang")),
            thread=ident(tweet.get("conversationIdStr"), tweet.get("conversationId")),
            answers=ident(tweet.get("inReplyToTweetIdStr"), tweet.get("inReplyToTweetId")),
            answered=_scrape_user(tweet.get("inReplyToUser")),
            quotes=ident(quoted.get("id_str"), quoted.get("id")),
            quoted=_scrape_user(quoted.get("user")),
            tagged=[found for each in mentions if (found := _scrape_user(each))]
            if isinstance(mentions, list)
            else None,
            repost=bool(tweet.get("retweetedTweet")),
            media=_scrape_media(tweet.get("media")),
            created_at=when(user.get("created")),
            followers=count(user.get("followersCount")),
            views=count(tweet.get("viewCount")),
        )
    ]


def _scrape_user(user: Any) -> PostAccount | None:
    return person(first(user, "id_str", "id"), user.get("username")) if isinstance(user, dict) else None


def _scrape_media(media: Any) -> str | None:
    """twscrape: lists by kind. snscrape: one list, whose items name their class."""
    if isinstance(media, dict):
        return "image" if media.get("photos") else "video" if media.get("videos") or media.get("animated") else None
    if isinstance(media, list) and media:
        return "image" if text(dig(media[0], "_type")).endswith("Photo") else "video"
    return None


def _is_web_export(record: Record) -> bool:
    return has(record, "id", "created_at", "full_text", "screen_name") and "user" not in record


def _web_export(row: Record) -> Found:
    if isinstance(row.get("metadata"), dict) and "legacy" in row["metadata"]:
        return x_web.ADAPTER.posts(row["metadata"])
    number, at = ident(row.get("id")), when(row.get("created_at"))
    if number is None:
        return ["no_id"]
    if at is None:
        return ["time_unreadable"]
    quoted, reposted, answers = row.get("quoted_status"), row.get("retweeted_status"), row.get("in_reply_to")
    media = row.get("media")
    return [
        Post(
            id=number,
            at=at,
            author=person(row.get("user_id"), row.get("screen_name")) or NOBODY,
            text=text(row.get("full_text")),
            language=language(row.get("lang")),
            answers=ident(answers),
            answered=person(None, row.get("in_reply_to_screen_name")),
            quotes=ident(quoted),
            quoted=author_of_link(row.get("quoted_status_url")),
            repost=ident(reposted) is not None,
            media=kind_of(media) if isinstance(media, list) else "image" if names_in(media) else None,
            views=count(row.get("views_count")),
        )
    ]


APIFY = Adapter(
    name="x-apify",
    title="X by Apify's tweet scrapers",
    platform="x",
    people=People.BOTH,
    document="https://apify.com/apidojo/tweet-scraper",
    fits=_is_apify,
    posts=_apify,
)
SCRAPES = Adapter(
    name="x-twscrape",
    title="X by twscrape or snscrape",
    platform="x",
    people=People.BOTH,
    document="https://github.com/vladkens/twscrape",
    fits=_is_scrape,
    posts=_scrape,
)
WEB_EXPORT = Adapter(
    name="x-web-exporter",
    title="X by twitter-web-exporter (JSON, CSV, XLSX)",
    platform="x",
    people=People.AUTHORS,
    document="https://github.com/prinsss/twitter-web-exporter",
    fits=_is_web_export,
    posts=_web_export,
)
