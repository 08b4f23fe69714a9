"""X's web pages as Zeeschuimer records them (GraphQL tweets), in its own NDJSON or in 4CAT's copy of it."""

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
from veille.sources.adapters.x_api_v1 import kind_of, mentioned, permalink
from veille.sources.post import Post, PostAccount

_PLATFORMS = ("twitter.com", "x.com", "twitter", "x")


def _fits(record: Record) -> bool:
    if has(record, "source_platform", "data"):
        return record["source_platform"] in _PLATFORMS
    return _is_tweet(record)


def _is_tweet(record: Any) -> bool:
    tweet = _bare(record)
    return isinstance(tweet, dict) and has(tweet, "rest_id", "legacy") and "core" in tweet


def _bare(record: Any) -> Any:
    """The tweet itself: some stand inside a note about who may see them."""
    inner = record.get("tweet") if isinstance(record, dict) else None
    return inner if isinstance(inner, dict) and "legacy" in inner else record


def _posts(record: Record) -> Found:
    tweet = _bare(record.get("data", record) if "rest_id" not in record else record)
    if not isinstance(tweet, dict) or not isinstance(tweet.get("legacy"), dict):
        return ["deleted" if dig(tweet, "__typename") == "TweetTombstone" else "control_message"]
    collected = first(record, "timestamp_collected") or dig(record, "__import_meta", "timestamp_collected")
    return [_post(tweet, when(collected))]


def _post(tweet: Record, collected: str | None) -> Post | str:
    legacy = tweet["legacy"]
    number, at = ident(tweet.get("rest_id"), legacy.get("id_str")), when(legacy.get("created_at"))
    if number is None:
        return "no_id"
    if at is None:
        return "time_unreadable"
    user = dig(tweet, "core", "user_results", "result") or {}
    note = dig(tweet, "note_tweet", "note_tweet_results", "result") or {}
    quoted = _bare(dig(tweet, "quoted_status_result", "result"))
    quotes = ident(legacy.get("quoted_status_id_str"), dig(quoted, "rest_id"))
    history = dig(tweet, "edit_control", "edit_tweet_ids") or dig(
        tweet, "edit_control", "edit_control_initial", "edit_tweet_ids"
    )
    entities = note.get("entity_set") or legacy.get("entities") or {}
    return Post(
        id=ident(history[0]) or number if isinstance(history, list) and history else number,
        at=at,
        author=_user(user, legacy.get("user_id_str")),
        text=text(note.get("text")) or text(legacy.get("full_text")),
        language=language(legacy.get("lang")),
        thread=ident(legacy.get("conversation_id_str")),
        answers=ident(legacy.get("in_reply_to_status_id_str")),
        answered=person(legacy.get("in_reply_to_user_id_str"), legacy.get("in_reply_to_screen_name")),
        quotes=quotes,
        quoted=_quoted(quoted) or permalink(legacy.get("quoted_status_permalink")),
        tagged=mentioned(entities),
        repost="retweeted_status_result" in legacy or "retweeted_status_id_str" in legacy,
        media=kind_of(dig(legacy, "extended_entities", "media") or dig(legacy, "entities", "media")),
        created_at=when(first(dig(user, "core") or {}, "created_at") or dig(user, "legacy", "created_at")),
        followers=count(dig(user, "legacy", "followers_count")),
        collected_at=collected,
        views=count(dig(tweet, "views", "count")),
    )


def _quoted(tweet: Any) -> PostAccount | None:
    author = _user(dig(tweet, "core", "user_results", "result") or {})
    return author if author.name else None


def _user(user: Record, identifier: Any = None) -> PostAccount:
    handle = dig(user, "core", "screen_name") or dig(user, "legacy", "screen_name")
    return person(first(user, "rest_id") or identifier, handle) or NOBODY


ADAPTER = Adapter(
    name="x-zeeschuimer",
    title="X by Zeeschuimer (NDJSON)",
    platform="x",
    people=People.BOTH,
    document="https://github.com/digitalmethodsinitiative/zeeschuimer",
    fits=_fits,
    posts=_posts,
)
