"""Exports of social listening tools: Brandwatch and Meltwater, CSV or XLSX, after their preamble."""

import re
from typing import Any
from urllib.parse import urlsplit

from veille.sources.adapters.base import (
    NOBODY,
    Adapter,
    Found,
    People,
    Record,
    count,
    first,
    ident,
    language,
    names_in,
    person,
    text,
    when,
)
from veille.sources.adapters.x_api_v1 import author_of_link
from veille.sources.post import Post, PostAccount

_PLATFORMS = {
    "twitter.com": "x",
    "x.com": "x",
    "reddit.com": "reddit",
    "bsky.app": "bluesky",
    "instagram.com": "instagram",
    "facebook.com": "facebook",
    "tiktok.com": "tiktok",
    "youtube.com": "youtube",
    "threads.net": "threads",
    "threads.com": "threads",
}
_POST_IN_LINK = re.compile(r"/status(?:es)?/(\d+)")
_REPOSTS = ("RETWEET", "REPOST", "RT", "SHARE")
_QUOTES = ("QUOTE", "QUOTE TWEET", "QT", "QUOTED")


def _low(row: Record) -> Record:
    return {name.strip().lower(): value for name, value in row.items()}


def _is_brandwatch(row: Record) -> bool:
    names = {name.strip().lower() for name in row}
    return {"query id", "query name", "date", "url", "author"} <= names or (
        {"date", "url", "author", "full text"} <= names and bool({"snippet", "mentioned authors", "page type"} & names)
    )


def _is_meltwater(row: Record) -> bool:
    names = {name.strip().lower() for name in row}
    return bool({"hit sentence", "opening text"} & names) and "url" in names and "date" in names


def platform_of_link(link: Any, word: Any = None) -> str:
    """The platform of a link, else a tool's own word for it, else `unknown`."""
    host = ".".join((urlsplit(text(link)).hostname or "").split(".")[-2:])
    named = text(word).lower().replace(" ", "")
    return _PLATFORMS.get(host) or {"twitter": "x", "x": "x"}.get(named) or named or "unknown"


def _brandwatch(given: Record) -> Found:
    row = _low(given)
    link, at = text(first(row, "url", "original url")), when(row.get("date"))
    if at is None:
        return ["time_unreadable"]
    number = _number(link) or ident(row.get("resource id"), link)
    if number is None:
        return ["no_id"]
    kind = text(row.get("engagement type")).upper()
    parent = text(first(row, "twitter reply to", "reply to", "x reply to", "parent post url"))
    answers = _number(parent)
    thread = ident(first(row, "thread id"))
    names = [PostAccount(None, name.lstrip("@")) for name in names_in(row.get("mentioned authors"))]
    body = text(first(row, "full text", "snippet", "title"))
    # The column of mentioned authors lists the person answered or quoted too, whether or not the text names her.
    author = person(first(row, "twitter author id", "x author id", "author id"), row.get("author")) or NOBODY
    about = author_of_link(parent)
    others = person(None, row.get("thread author"))
    quoted = others if about is None and others and others.handle != author.handle else None
    return [
        Post(
            id=number,
            at=at,
            author=author,
            text=body,
            language=language(row.get("language")),
            thread=thread,
            answers=answers,
            answered=about,
            quoted=quoted if kind in _QUOTES else None,
            tagged=names if names else None,
            repost=kind in _REPOSTS,
            media=_media(first(row, "media urls", "expanded urls media")),
            followers=count(first(row, "twitter followers", "x followers")),
        )
    ]


def _number(link: str) -> str | None:
    found = _POST_IN_LINK.search(link)
    return found[1] if found else None


def _media(links: Any) -> str | None:
    found = text(links).lower()
    return None if not found else "video" if ".mp4" in found or "video" in found else "image"


def _meltwater(given: Record) -> Found:
    row = _low(given)
    at = when(_date_and_time(row))
    if at is None:
        return ["time_unreadable"]
    link = text(row.get("url"))
    number = _number(link) or ident(first(row, "tweet id", "document id"), link)
    if number is None:
        return ["no_id"]
    body = text(first(row, "hit sentence", "opening text", "headline"))
    named = text(first(row, "twitter screen name", "author handle", "influencer", "author name"))
    author = (
        person(first(row, "twitter id", "user id"), named.lstrip("@").split(" ")[0]) or author_of_link(link) or NOBODY
    )
    kind = text(first(row, "content type", "social echo type", "post type")).upper()
    parent = text(first(row, "parent url", "reply to url"))
    return [
        Post(
            id=number,
            at=at,
            author=author,
            text=body,
            language=language(row.get("language code")),
            answers=_number(parent),
            answered=author_of_link(parent),
            repost=kind in _REPOSTS or body.startswith(("RT @", "QT @RT ")),
            followers=count(first(row, "twitter followers", "reach")) if "twitter followers" in row else None,
        )
    ]


def _date_and_time(row: Record) -> Any:
    """Meltwater writes the time in a column of its own in some exports."""
    day, clock = text(row.get("date")), text(row.get("time"))
    return f"{day} {clock}" if clock and ":" not in day else day


BRANDWATCH = Adapter(
    name="brandwatch",
    title="Brandwatch mentions (CSV, XLSX)",
    platform=None,
    people=People.AUTHORS,
    document="https://developers.brandwatch.com/docs/mention-metadata-field-definitions",
    fits=_is_brandwatch,
    posts=_brandwatch,
    platform_of=lambda row: platform_of_link(first(_low(row), "url", "original url"), first(_low(row), "page type")),
)
MELTWATER = Adapter(
    name="meltwater",
    title="Meltwater export (CSV, XLSX)",
    platform=None,
    people=People.AUTHORS,
    document="https://developer.meltwater.com/docs/meltwater-api/exports/",
    fits=_is_meltwater,
    posts=_meltwater,
    platform_of=lambda row: platform_of_link(_low(row).get("url"), _low(row).get("source name")),
)
