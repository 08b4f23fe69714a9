"""Bluesky: Jetstream events, and post views of the AT Protocol's app (`app.bsky.feed`)."""

from typing import Any

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

_POST = "app.bsky.feed.post"
_MENTION = "app.bsky.richtext.facet#mention"


def _fits(record: Record) -> bool:
    if has(record, "did", "kind") and record["kind"] in ("commit", "identity", "account"):
        return True
    view = record.get("post", record)
    return isinstance(view, dict) and has(view, "uri", "record", "author") and text(view["uri"]).startswith("at://")


def _posts(record: Record) -> Found:
    if "kind" in record:
        return _of_commit(record)
    if dig(record, "reason", "$type") == "app.bsky.feed.defs#reasonRepost":
        return ["repost"]
    view = record.get("post", record)
    author = view["author"]
    post = _post(
        text(view["uri"]),
        person(author.get("did"), author.get("handle")) or NOBODY,
        view["record"],
        view.get("indexedAt"),
    )
    if isinstance(post, Post):
        post.created_at = when(author.get("createdAt"))
        post.followers = count(author.get("followersCount"))
        quoted = dig(view, "embed", "record", "author") or dig(view, "embed", "record", "record", "author")
        if post.quoted is not None and quoted:
            post.quoted = person(quoted.get("did"), quoted.get("handle"))
    return [post]


def _of_commit(record: Record) -> Found:
    commit = record.get("commit")
    if not isinstance(commit, dict):
        return ["control_message"]
    if commit.get("collection") != _POST:
        return ["repost" if commit.get("collection") == "app.bsky.feed.repost" else "not_a_post"]
    if commit.get("operation") == "delete" or not isinstance(commit.get("record"), dict):
        return ["deleted"]
    did = ident(record.get("did"))
    uri = f"at://{did}/{_POST}/{commit.get('rkey')}"
    return [_post(uri, person(did) or NOBODY, commit["record"], record.get("time_us"))]


def _post(uri: str, author: PostAccount, record: Record, seen: Any) -> Post | str:
    collected = when(seen)
    at = _not_later(when(record.get("createdAt")), collected)
    if at is None:
        return "time_unreadable"
    answers = ident(dig(record, "reply", "parent", "uri"))
    quotes = _quoted(record.get("embed"))
    body = text(record.get("text"))
    languages = record.get("langs")
    return Post(
        id=uri,
        at=at,
        author=author,
        text=body,
        language=language(languages[0]) if isinstance(languages, list) and languages else None,
        thread=ident(dig(record, "reply", "root", "uri")) or uri,
        answers=answers,
        answered=_author_of(answers),
        quotes=quotes,
        quoted=_author_of(quotes),
        tagged=_tagged(record.get("facets"), body),
        media=_media(record.get("embed")),
        collected_at=collected,
    )


def _not_later(at: str | None, seen: str | None) -> str | None:
    """`createdAt` is what the author's client claims; a claim after the post was seen is not believed."""
    return seen if at is None or (seen is not None and at[:19] > seen[:19]) else at


def _author_of(uri: str | None) -> PostAccount | None:
    return PostAccount(uri.split("/")[2]) if uri and uri.startswith("at://") else None


def _quoted(embed: Any) -> str | None:
    if dig(embed, "$type") == "app.bsky.embed.record":
        uri = ident(dig(embed, "record", "uri"))
    else:
        uri = ident(dig(embed, "record", "record", "uri"))
    return uri if uri and f"/{_POST}/" in uri else None


def _tagged(facets: Any, body: str) -> list[PostAccount]:
    """People whom facets name; the handle is the text that a facet covers (offsets count UTF-8 bytes)."""
    found, raw = [], body.encode()
    for facet in facets if isinstance(facets, list) else ():
        for feature in dig(facet, "features") or ():
            if dig(feature, "$type") == _MENTION and (did := ident(dig(feature, "did"))):
                start, end = dig(facet, "index", "byteStart"), dig(facet, "index", "byteEnd")
                covered = raw[start:end].decode("utf-8", "ignore") if isinstance(start, int) else ""
                found.append(PostAccount(did, covered[1:] if covered.startswith("@") else None))
    return found


def _media(embed: Any) -> str | None:
    media = embed.get("media", embed) if isinstance(embed, dict) else None
    kind = text(dig(media, "$type")).removesuffix("#view")
    return {"app.bsky.embed.images": "image", "app.bsky.embed.video": "video"}.get(kind)


ADAPTER = Adapter(
    name="bluesky",
    title="Bluesky (Jetstream, post views)",
    platform="bluesky",
    people=People.BOTH,
    document="https://github.com/bluesky-social/jetstream",
    fits=_fits,
    posts=_posts,
)
