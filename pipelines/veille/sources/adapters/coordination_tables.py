"""Tables that coordination tools read: CooRTweet's four columns, and coordination-network-toolkit's messages."""

from typing import Any

from veille.sources.adapters.base import NOBODY, Adapter, Found, People, Record, has, ident, person, text, when
from veille.sources.post import Post

_SNOWFLAKE_EPOCH_MS = 1_288_834_974_657


def _is_coortweet(row: Record) -> bool:
    return has(row, "object_id", "account_id", "content_id") and bool({"timestamp_share", "timestamp"} & row.keys())


def _is_cnt(row: Record) -> bool:
    return has(row, "message_id", "user_id", "timestamp") and bool({"repost_id", "reply_id", "urls"} & row.keys())


def platform_of_ids(number: Any, moment: Any) -> str:
    """`x` where a post id carries the time of its row, as X's ids do; else unknown."""
    digits, at = text(number), text(moment)
    if digits.isdigit() and 17 <= len(digits) <= 19 and at.replace(".", "", 1).isdigit():
        carried = ((int(digits) >> 22) + _SNOWFLAKE_EPOCH_MS) / 1000
        if abs(carried - float(at)) < 60:
            return "x"
    return "unknown"


def _coortweet(row: Record) -> Found:
    at = when(row.get("timestamp_share", row.get("timestamp")))
    content, account = ident(row.get("content_id")), ident(row.get("account_id"))
    if content is None or account is None:
        return ["no_id" if content is None else "no_account"]
    if at is None:
        return ["time_unreadable"]
    return [
        {
            "event_id": content,
            "occurred_at": at,
            "account_id": account,
            "target_id": ident(row.get("object_id")),
            "post_id": content,
        }
    ]


def _cnt(row: Record) -> Found:
    at, number = when(row.get("timestamp")), ident(row.get("message_id"))
    if number is None:
        return ["no_id"]
    if at is None:
        return ["time_unreadable"]
    answers, reposts = ident(row.get("reply_id")), ident(row.get("repost_id"))
    author, body = person(row.get("user_id"), row.get("username")) or NOBODY, text(row.get("message"))
    if not body and author.name:
        event = {"event_id": number, "occurred_at": at, "account_id": author.name, "post_id": number}
        return [event | {"target_id": reposts or answers}]
    return [Post(id=number, at=at, author=author, text=body, answers=answers, repost=reposts is not None)]


COORTWEET = Adapter(
    name="coortweet",
    title="CooRTweet (object_id, account_id, content_id, timestamp_share)",
    platform=None,
    people=People.AS_GIVEN,
    document="https://github.com/nicolarighetti/CooRTweet",
    fits=_is_coortweet,
    posts=_coortweet,
    platform_of=lambda row: platform_of_ids(row.get("content_id"), row.get("timestamp_share", row.get("timestamp"))),
)
CNT = Adapter(
    name="cnt",
    title="coordination-network-toolkit (message_id, user_id, repost_id, reply_id …)",
    platform=None,
    people=People.AUTHORS,
    document="https://github.com/QUT-Digital-Observatory/coordination-network-toolkit",
    fits=_is_cnt,
    posts=_cnt,
    platform_of=lambda row: platform_of_ids(row.get("message_id"), row.get("timestamp")),
)
