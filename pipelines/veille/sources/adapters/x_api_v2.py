"""X API v2: responses, pages and stream lines with their `includes`, and tweets that twarc has flattened."""

from typing import Any

import msgspec

from veille.sources.adapters.base import Adapter, Found, People, Record, has, language, when
from veille.sources.post import NamedPerson, Post, PostAccount

_KIND = {"photo": "image", "video": "video", "animated_gif": "video"}


class _User(msgspec.Struct, gc=False):
    id: str
    username: str | None = None
    created_at: str | None = None
    public_metrics: "dict[str, Any] | None" = None


class _Mentioned(msgspec.Struct, gc=False):
    username: str | None = None
    id: str | None = None
    start: int = 0


class _Entities(msgspec.Struct, gc=False):
    mentions: list[_Mentioned] | None = None


class _XReference(msgspec.Struct, gc=False):
    type: str
    id: str
    author_id: str | None = None


class _Media(msgspec.Struct, gc=False):
    media_key: str | None = None
    type: str | None = None


class _Attachments(msgspec.Struct, gc=False):
    media_keys: list[str] | None = None
    media: list[_Media] | None = None


class _Note(msgspec.Struct, gc=False):
    text: str | None = None
    entities: _Entities | None = None


class _Twarc(msgspec.Struct, gc=False):
    retrieved_at: str | None = None


class _Tweet(msgspec.Struct, gc=False, kw_only=True):
    id: str
    text: str = ""
    author_id: str | None = None
    created_at: str | None = None
    conversation_id: str | None = None
    lang: str | None = None
    in_reply_to_user_id: str | None = None
    referenced_tweets: list[_XReference] | None = None
    entities: _Entities | None = None
    note_tweet: _Note | None = None
    attachments: _Attachments | None = None
    edit_history_tweet_ids: list[str] | None = None
    public_metrics: dict[str, Any] | None = None
    author: _User | None = None
    in_reply_to_user: _User | None = None
    twarc: _Twarc | None = msgspec.field(name="__twarc", default=None)


class _Includes(msgspec.Struct, gc=False):
    users: list[_User] | None = None
    tweets: list[_Tweet] | None = None
    media: list[_Media] | None = None


class _Response(msgspec.Struct, gc=False):
    data: list[_Tweet] | _Tweet | None = None
    includes: _Includes | None = None
    twarc: _Twarc | None = msgspec.field(name="__twarc", default=None)


_EMPTY = {"data", "includes", "meta", "errors", "title", "detail", "type", "status"}
"""Fields of a response that holds no post: an empty page, or a problem."""


def _is_response(record: Record) -> bool:
    data = record.get("data")
    each = data[0] if isinstance(data, list) and data else data
    if isinstance(each, dict):
        return has(each, "id", "text") and (
            "author_id" in each or "edit_history_tweet_ids" in each or "created_at" in each
        )
    return data is None and bool({"meta", "errors"} & record.keys()) and record.keys() <= _EMPTY


def _is_tweet(record: Record) -> bool:
    if not has(record, "id", "text", "author_id") or {"user_id", "screen_name"} & record.keys():
        return False
    if any("." in name or "/" in name for name in record):
        return False  # a flattened table: its columns are put together first
    return bool(
        {"edit_history_tweet_ids", "conversation_id", "public_metrics", "referenced_tweets", "created_at"}
        & record.keys()
    )


def _of_response(response: _Response) -> Found:
    data = response.data
    if data is None:
        return ["control_message"]
    includes = response.includes or _Includes()
    users = {user.id: user for user in includes.users or ()}
    authors = {tweet.id: tweet.author_id for tweet in includes.tweets or ()}
    media = {each.media_key: each.type for each in includes.media or ()}
    collected = response.twarc.retrieved_at if response.twarc else None
    tweets = data if isinstance(data, list) else [data]
    if len(tweets) == 1:
        _learn_quoted(tweets[0], users, authors)
    at = max((tweet.created_at for tweet in tweets if tweet.created_at), default=None)
    people = [NamedPerson(PostAccount(user.id, user.username), at) for user in users.values()]
    return [*(_post(tweet, users, authors, media, collected) for tweet in tweets), *people]


def _learn_quoted(tweet: _Tweet, users: dict[str, _User], authors: dict[str, str | None]) -> None:
    """Without the quoted tweet in `includes`, its author is the one user there whom nothing else explains."""
    quotes = [each.id for each in tweet.referenced_tweets or () if each.type == "quoted" and each.id not in authors]
    if quotes:
        tagged = {each.id for each in (tweet.entities.mentions or () if tweet.entities else ())}
        left = users.keys() - tagged - {tweet.author_id, tweet.in_reply_to_user_id}
        if len(left) == 1:
            authors[quotes[0]] = left.pop()


def _of_tweet(tweet: _Tweet) -> Found:
    return [_post(tweet, {}, {}, {}, None)]


def _post(
    tweet: _Tweet,
    users: dict[str, _User],
    authors: dict[str, str | None],
    media: dict[str | None, str | None],
    collected: str | None,
) -> Post | str:
    at = tweet.created_at
    if at is None:
        return "no_time"
    if not at.endswith("Z") and (at := when(at)) is None:
        return "time_unreadable"
    author = tweet.author or users.get(tweet.author_id or "")
    answers = quotes = quoted = None
    for reference in tweet.referenced_tweets or ():
        if reference.type == "retweeted":
            return Post(id=tweet.id, at=at, author=_author(tweet, author), repost=True)
        if reference.type == "replied_to":
            answers = reference.id
        elif reference.type == "quoted":
            quotes = reference.id
            quoted = _named(reference.author_id or authors.get(quotes), users)
    note = tweet.note_tweet
    entities = (note.entities if note and note.entities else None) or tweet.entities
    history = tweet.edit_history_tweet_ids
    retrieved = tweet.twarc.retrieved_at if tweet.twarc else collected
    metrics = tweet.public_metrics or {}
    views = metrics.get("impression_count")
    answered = tweet.in_reply_to_user_id or (authors.get(answers) if answers else None)
    return Post(
        id=history[0] if history and len(history) > 1 else tweet.id,
        at=at,
        author=_author(tweet, author),
        text=(note.text if note and note.text else tweet.text),
        language=language(tweet.lang),
        thread=tweet.conversation_id,
        answers=answers,
        answered=_named(answered, users, tweet.in_reply_to_user),
        quotes=quotes,
        quoted=quoted,
        tagged=[PostAccount(each.id, each.username) for each in entities.mentions or ()] if entities else [],
        media=_media(tweet.attachments, media),
        created_at=author.created_at if author else None,
        followers=(author.public_metrics or {}).get("followers_count") if author else None,
        collected_at=when(retrieved) if retrieved else None,
        views=views if isinstance(views, int) else None,
    )


def _author(tweet: _Tweet, user: _User | None) -> PostAccount:
    return PostAccount(tweet.author_id or (user.id if user else None), user.username if user else None)


def _named(identifier: str | None, users: dict[str, _User], user: _User | None = None) -> PostAccount | None:
    if identifier is None:
        return None
    known = users.get(identifier) or user
    return PostAccount(identifier, known.username if known else None)


def _media(attachments: _Attachments | None, known: dict[str | None, str | None]) -> str | None:
    if attachments is None:
        return None
    if attachments.media:
        return _KIND.get(attachments.media[0].type or "", "image")
    if not attachments.media_keys:
        return None
    key = attachments.media_keys[0]
    kind = known.get(key) or {"3": "photo", "7": "video", "13": "video", "16": "animated_gif"}.get(key.split("_")[0])
    return _KIND.get(kind or "", "image")


RESPONSES = Adapter(
    name="x-api-v2",
    title="X API v2: responses, pages and filtered-stream lines",
    platform="x",
    people=People.BOTH,
    document="https://docs.x.com/x-api/posts/search-recent-posts",
    fits=_is_response,
    posts=_of_response,
    shape=_Response,
)
TWEETS = Adapter(
    name="x-api-v2-flat",
    title="X API v2 tweets one by one (twarc2 flatten)",
    platform="x",
    people=People.BOTH,
    document="https://docs.x.com/x-api/fundamentals/data-dictionary",
    fits=_is_tweet,
    posts=_of_tweet,
    shape=_Tweet,
)
