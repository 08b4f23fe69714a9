"""Reddit: comments and submissions as Pushshift and Arctic Shift archive them, and Reddit's own listings."""

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

_GONE = ("[deleted]", "[removed]", "[deleted by user]")


def _fits(record: Record) -> bool:
    if record.get("kind") == "Listing":
        return True
    each = record["data"] if has(record, "kind", "data") and isinstance(record["data"], dict) else record
    return has(each, "author", "created_utc", "subreddit") and bool({"body", "selftext", "title"} & each.keys())


def _posts(record: Record) -> Found:
    if record.get("kind") == "Listing":
        children = dig(record, "data", "children") or []
        return [post for child in children if isinstance(child, dict) for post in _posts(child)]
    each = record["data"] if has(record, "kind", "data") and isinstance(record["data"], dict) else record
    if "author" not in each:
        return ["control_message"]
    return [_post(each)]


def _post(each: Record) -> Post | str:
    at, number = when(each.get("created_utc")), ident(each.get("id"))
    if number is None:
        return "no_id"
    if at is None:
        return "time_unreadable"
    comment = "body" in each
    parent = ident(each.get("parent_id")) if comment else None
    body = text(each.get("body")) if comment else f"{text(each.get('title'))}\n{text(each.get('selftext'))}".strip()
    gone = body in _GONE
    if gone and _author(each) is NOBODY:
        return "deleted"
    name = ident(each.get("name")) or ("t1_" if comment else "t3_") + number.removeprefix("t1_").removeprefix("t3_")
    if parent and not parent.startswith(("t1_", "t3_")):
        parent = f"t1_{parent}"
    return Post(
        id=name,
        at=at,
        author=_author(each),
        text="" if gone else body,
        thread=ident(each.get("link_id")) if comment else name,
        answers=parent,
        quotes=ident(each.get("crosspost_parent")),
        quoted=_crossposted(each),
        media=_media(each, body),
        created_at=when(each.get("author_created_utc")),
        collected_at=when(first(each, "retrieved_on", "retrieved_utc")),
    )


def _author(each: Record) -> PostAccount:
    """The stable `t2_` number and the name; a deleted account is nobody."""
    if text(each.get("author")) in _GONE:
        return NOBODY
    return person(each.get("author_fullname"), each.get("author")) or NOBODY


def _crossposted(each: Record) -> PostAccount | None:
    origin = each.get("crosspost_parent_list")
    if isinstance(origin, list) and origin and isinstance(origin[0], dict):
        found = _author(origin[0])
        return found if found.name else None
    return None


def _media(each: Record, body: str) -> str | None:
    if each.get("is_video") or dig(each, "media", "reddit_video"):
        return "video"
    picture: Any = each.get("post_hint") == "image" or each.get("media_metadata") or each.get("is_gallery")
    return "image" if picture or "preview.redd.it/" in body or "i.redd.it/" in body else None


ADAPTER = Adapter(
    name="reddit",
    title="Reddit comments and submissions (Pushshift, Arctic Shift, listings)",
    platform="reddit",
    people=People.BOTH,
    document="https://github.com/ArthurHeitmann/arctic_shift/blob/master/file_content_explanations.md",
    fits=_fits,
    posts=_posts,
)
