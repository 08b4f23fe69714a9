"""One small story in the shape of each provider's records, invented here.

anna posts; `asker` asks under it, `quoter` quotes it, `fan` reposts it; the generator answers the asker with a picture; the
asker asks again below that answer; `tagger` names berta; `bystander` names nobody.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

ROOT, ASK, QUOTE, REPOST, ANSWER, AGAIN, TAG, ASIDE = (
    str(2_007_379_425_489_846_272 + n * 4_194_304_000) for n in range(8)
)
ANNA, BERTA, GROK = ("21", "anna"), ("22", "berta"), ("99", "grok")
ASKER, QUOTER, FAN, TAGGER, BYSTANDER = (
    ("11", "asker"),
    ("12", "quoter"),
    ("13", "fan"),
    ("14", "tagger"),
    ("15", "bystander"),
)
Who = tuple[str, str]


@dataclass(frozen=True)
class Told:
    """One post of the story."""

    id: str
    author: Who
    text: str
    second: int
    answers: str | None = None
    answered: Who | None = None
    quotes: str | None = None
    quoted: Who | None = None
    tagged: tuple[Who, ...] = ()
    repost: bool = False
    media: bool = False

    @property
    def thread(self) -> str:
        return ROOT if self.answers else self.id

    @property
    def iso(self) -> str:
        return f"2026-01-03T09:12:{self.second:02d}Z"

    @property
    def twitter(self) -> str:
        return f"Sat Jan 03 09:12:{self.second:02d} +0000 2026"


STORY = [
    Told(ASK, ASKER, "@anna @grok change the coat", 10, ROOT, ANNA, tagged=(ANNA, GROK)),
    Told(QUOTE, QUOTER, "@grok what colour is this?", 20, quotes=ROOT, quoted=ANNA, tagged=(GROK,)),
    Told(REPOST, FAN, "RT @anna: @grok", 25, repost=True, tagged=(ANNA,)),
    Told(ANSWER, GROK, "@asker @anna here", 30, ASK, ASKER, tagged=(ASKER, ANNA), media=True),
    Told(AGAIN, ASKER, "@grok again please", 40, ANSWER, GROK, tagged=(GROK,)),
    Told(TAG, TAGGER, "@berta @grok both of us", 50, tagged=(BERTA, GROK)),
    Told(ASIDE, BYSTANDER, "a walk in the park", 55),
]


def v2(post: Told) -> dict[str, Any]:
    references = [{"type": "replied_to", "id": post.answers}] if post.answers else []
    references += [{"type": "quoted", "id": post.quotes}] if post.quotes else []
    references += [{"type": "retweeted", "id": ROOT}] if post.repost else []
    tweet = {
        "id": post.id,
        "text": post.text,
        "author_id": post.author[0],
        "created_at": post.iso,
        "conversation_id": post.thread,
        "lang": "en",
        "edit_history_tweet_ids": [post.id],
        "entities": {"mentions": [{"username": name, "id": number} for number, name in post.tagged]},
        "referenced_tweets": references or None,
        "in_reply_to_user_id": post.answered[0] if post.answered else None,
        "attachments": {"media_keys": ["3_1"]} if post.media else None,
    }
    return {name: value for name, value in tweet.items() if value is not None}


def v2_stream(post: Told) -> dict[str, Any]:
    users = [
        {"id": number, "username": name} for number, name in {post.author, *post.tagged, *filter(None, [post.quoted])}
    ]
    return {"data": v2(post), "includes": {"users": users}, "matching_rules": [{"id": "1"}]}


def _v2_page(posts: list[Told]) -> list[dict[str, Any]]:
    people = {post.author for post in posts} | {who for post in posts for who in post.tagged} | {ANNA}
    includes = {
        "users": [{"id": number, "username": name} for number, name in sorted(people)],
        "tweets": [{"id": ROOT, "text": "a photo", "author_id": ANNA[0]}],
        "media": [{"media_key": "3_1", "type": "photo"}],
    }
    return [
        {"data": [v2(post) for post in reversed(posts)], "includes": includes, "meta": {"result_count": len(posts)}}
    ]


def _v2_flat(post: Told) -> dict[str, Any]:
    tweet = v2(post) | {"author": {"id": post.author[0], "username": post.author[1]}}
    for reference in tweet.get("referenced_tweets", []):
        if reference["type"] == "quoted":
            reference["author_id"] = ANNA[0]
    return tweet


def _twarc_csv(post: Told) -> dict[str, Any]:
    mentions = [{"username": name, "id": number} for number, name in post.tagged]
    return {
        "id": post.id,
        "conversation_id": post.thread,
        "referenced_tweets.replied_to.id": post.answers or "",
        "referenced_tweets.retweeted.id": ROOT if post.repost else "",
        "referenced_tweets.quoted.id": post.quotes or "",
        "author_id": post.author[0],
        "in_reply_to_user_id": post.answered[0] if post.answered else "",
        "in_reply_to_username": post.answered[1] if post.answered else "",
        "quoted_user_id": post.quoted[0] if post.quoted else "",
        "created_at": post.iso,
        "text": post.text,
        "lang": "en",
        "entities.mentions": str(mentions).replace("'", '"') if mentions else "",
        "attachments.media": '[{"type": "photo"}]' if post.media else "",
        "author.username": post.author[1],
    }


def _v1_user(who: Who) -> dict[str, Any]:
    return {
        "id": int(who[0]),
        "id_str": who[0],
        "screen_name": who[1],
        "followers_count": 3,
        "profile_image_url": "http://a/b.jpg",
    }


def v1(post: Told) -> dict[str, Any]:
    tweet: dict[str, Any] = {
        "created_at": post.twitter,
        "id": int(post.id),
        "id_str": post.id,
        "full_text": post.text,
        "user": _v1_user(post.author),
        "lang": "en",
        "entities": {"user_mentions": [{"screen_name": name, "id_str": number} for number, name in post.tagged]},
        "in_reply_to_status_id_str": post.answers,
        "in_reply_to_user_id_str": post.answered[0] if post.answered else None,
        "in_reply_to_screen_name": post.answered[1] if post.answered else None,
    }
    if post.quotes and post.quoted:
        tweet |= {
            "quoted_status_id_str": post.quotes,
            "quoted_status": {"id_str": post.quotes, "user": _v1_user(post.quoted)},
        }
    if post.repost:
        tweet["retweeted_status"] = {"id_str": ROOT, "user": _v1_user(ANNA)}
    if post.media:
        tweet["extended_entities"] = {"media": [{"type": "photo"}]}
    return tweet


def graphql(post: Told) -> dict[str, Any]:
    def user(who: Who) -> dict[str, Any]:
        return {
            "user_results": {
                "result": {"rest_id": who[0], "core": {"screen_name": who[1]}, "legacy": {"followers_count": 3}}
            }
        }

    legacy = {
        name: value
        for name, value in v1(post).items()
        if name not in ("id", "user", "quoted_status", "retweeted_status")
    }
    legacy |= {"conversation_id_str": post.thread, "user_id_str": post.author[0]}
    tweet: dict[str, Any] = {"__typename": "Tweet", "rest_id": post.id, "core": user(post.author), "legacy": legacy}
    if post.repost:
        legacy["retweeted_status_result"] = {"result": {"rest_id": ROOT}}
    if post.quoted:
        tweet["quoted_status_result"] = {"result": {"rest_id": post.quotes, "core": user(post.quoted), "legacy": {}}}
    return tweet


def _zeeschuimer(post: Told) -> dict[str, Any]:
    return {"nav_index": "1", "item_id": post.id, "timestamp_collected": 1769000000000, "source_platform": "twitter.com",
            "data": graphql(post)}  # fmt: skip


def _four_cat(post: Told) -> dict[str, Any]:
    return {
        "id": post.id,
        "thread_id": post.thread,
        "timestamp": post.iso[:19].replace("T", " "),
        "link": f"https://x.com/{post.author[1]}/status/{post.id}",
        "body": post.text,
        "author": post.author[1],
        "author_id": post.author[0],
        "is_retweet": "yes" if post.repost else "no",
        "quote_tweet_id": post.quotes or "",
        "quote_author": post.quoted[1] if post.quoted else "",
        "is_reply": "yes" if post.answered else "no",
        "replied_author": post.answered[1] if post.answered else "",
        "images": "https://a/b.jpg" if post.media else "",
        "mentions": ",".join(name for _, name in post.tagged),
    }


def _apify(post: Told) -> dict[str, Any]:
    return {
        "type": "tweet",
        "id": post.id,
        "text": post.text,
        "createdAt": post.twitter,
        "author": {"userName": post.author[1], "id": post.author[0], "followers": 2},
        "conversationId": post.thread,
        "inReplyToId": post.answers,
        "inReplyToUserId": post.answered[0] if post.answered else None,
        "inReplyToUsername": post.answered[1] if post.answered else None,
        "isRetweet": post.repost,
        "quoteId": post.quotes,
        "quote": {"id": post.quotes, "author": {"userName": post.quoted[1], "id": post.quoted[0]}}
        if post.quoted
        else None,
        "entities": {"user_mentions": [{"screen_name": name, "id_str": number} for number, name in post.tagged]},
        "media": ["https://a/b.jpg"] if post.media else [],
    }


def _twscrape(post: Told) -> dict[str, Any]:
    def user(who: Who | None) -> dict[str, Any] | None:
        return {"id": int(who[0]), "username": who[1], "displayname": "x"} if who else None

    return {
        "_type": "snscrape.modules.twitter.Tweet",
        "id": int(post.id),
        "date": post.iso[:19].replace("T", " ") + "+00:00",
        "rawContent": post.text,
        "user": user(post.author),
        "conversationId": int(post.thread),
        "inReplyToTweetId": int(post.answers) if post.answers else None,
        "inReplyToUser": user(post.answered),
        "mentionedUsers": [user(who) for who in post.tagged],
        "quotedTweet": {"id": int(post.quotes), "user": user(post.quoted)} if post.quotes else None,
        "retweetedTweet": {"id": int(ROOT)} if post.repost else None,
        "media": {"photos": [{"url": "https://a/b.jpg"}] if post.media else [], "videos": []},
    }


def _web_exporter(post: Told) -> dict[str, Any]:
    return {
        "id": post.id,
        "created_at": f"2026-01-03 10:12:{post.second:02d} +01:00",
        "full_text": post.text,
        "media": [{"type": "photo", "url": "https://a/b"}] if post.media else [],
        "screen_name": post.author[1],
        "user_id": post.author[0],
        "in_reply_to": post.answers,
        "retweeted_status": ROOT if post.repost else None,
        "quoted_status": post.quotes,
        "url": f"https://x.com/{post.author[1]}/status/{post.id}",
    }


def _minet(post: Told) -> dict[str, Any]:
    return {
        "id": post.id,
        "timestamp_utc": str(1767431530 + post.second - 10),
        "local_time": post.iso[:19],
        "user_screen_name": post.author[1],
        "user_id": post.author[0],
        "text": post.text,
        "lang": "en",
        "to_username": post.answered[1] if post.answered else "",
        "to_userid": post.answered[0] if post.answered else "",
        "to_tweetid": post.answers or "",
        "retweeted_id": ROOT if post.repost else "",
        "quoted_id": post.quotes or "",
        "quoted_user": post.quoted[1] if post.quoted else "",
        "quoted_user_id": post.quoted[0] if post.quoted else "",
        "media_types": "photo" if post.media else "",
        "mentioned_names": "|".join(name for _, name in post.tagged),
        "mentioned_ids": "|".join(number for number, _ in post.tagged),
    }


def _bluesky(post: Told) -> dict[str, Any]:
    def uri(number: str, who: Who) -> str:
        return f"at://did:plc:{who[0]}/app.bsky.feed.post/{number}"

    if post.repost:
        return {"did": f"did:plc:{post.author[0]}", "time_us": 1, "kind": "commit",
                "commit": {"operation": "create", "collection": "app.bsky.feed.repost", "rkey": post.id, "record": {}}}  # fmt: skip
    record: dict[str, Any] = {"$type": "app.bsky.feed.post", "createdAt": post.iso, "langs": ["en"], "text": post.text}
    facets = []
    for number, name in post.tagged:
        start = post.text.find(f"@{name}")
        feature = {"$type": "app.bsky.richtext.facet#mention", "did": f"did:plc:{number}"}
        facets.append({"features": [feature], "index": {"byteStart": start, "byteEnd": start + len(name) + 1}})
    record["facets"] = facets
    if post.answers and post.answered:
        record["reply"] = {"parent": {"uri": uri(post.answers, post.answered)}, "root": {"uri": uri(ROOT, ANNA)}}
    if post.quotes and post.quoted:
        record["embed"] = {"$type": "app.bsky.embed.record", "record": {"uri": uri(post.quotes, post.quoted)}}
    if post.media:
        record["embed"] = {"$type": "app.bsky.embed.images", "images": [{}]}
    commit = {"operation": "create", "collection": "app.bsky.feed.post", "rkey": post.id, "record": record}
    return {"did": f"did:plc:{post.author[0]}", "time_us": 1767433325872902, "kind": "commit", "commit": commit}


def _mastodon(post: Told) -> dict[str, Any]:
    account = {"id": post.author[0], "acct": f"{post.author[1]}@a.example", "username": post.author[1]}
    return {
        "id": post.id,
        "created_at": post.iso,
        "in_reply_to_id": post.answers,
        "in_reply_to_account_id": post.answered[0] if post.answered else None,
        "language": "en",
        "content": f"<p>{post.text}</p>",
        "reblog": {"id": ROOT} if post.repost else None,
        "account": account,
        "quote": {"state": "accepted", "quoted_status": {"id": post.quotes, "account": {"id": ANNA[0], "acct": "anna"}}}
        if post.quotes
        else None,
        "media_attachments": [{"type": "image"}] if post.media else [],
        "mentions": [{"id": number, "username": name, "acct": f"{name}@a.example"} for number, name in post.tagged],
    }


def _reddit(post: Told) -> dict[str, Any]:
    return {
        "id": post.id,
        "author": post.author[1],
        "author_fullname": f"t2_{post.author[0]}",
        "body": post.text + (" https://i.redd.it/a.jpg" if post.media else ""),
        "created_utc": 1767431530 + post.second - 10,
        "edited": post.second > 30 and 1767431590,
        "link_id": f"t3_{ROOT}",
        "parent_id": f"t1_{post.answers}" if post.answers else f"t3_{ROOT}",
        "subreddit": "sample",
    }


def _reddit_root() -> dict[str, Any]:
    return {"id": ROOT, "author": "anna", "author_fullname": "t2_21", "title": "a photo", "selftext": "", "created_utc": 1767431520,
            "subreddit": "sample", "name": f"t3_{ROOT}"}  # fmt: skip


def _brandwatch(post: Told) -> dict[str, Any]:
    return {
        "Query Id": "1",
        "Query Name": "grok",
        "Date": post.iso[:19].replace("T", " ") + ".0",
        "Url": f"http://twitter.com/{post.author[1]}/statuses/{post.id}",
        "Author": post.author[1],
        "Full Text": post.text,
        "Thread Id": post.thread,
        "Thread Author": "anna" if post.answers or post.quotes else "",
        "Twitter Author ID": post.author[0],
        "Twitter Reply to": f"http://twitter.com/{post.answered[1]}/statuses/{post.answers}" if post.answered else "",
        "Mentioned Authors": ", ".join(f"@{name}" for _, name in post.tagged),
        "Media URLs": "https://a/b.jpg" if post.media else "",
        "Engagement Type": "RETWEET" if post.repost else "QUOTE" if post.quotes else "REPLY" if post.answers else "",
    }


def _each(one: Callable[[Told], dict[str, Any]]) -> Callable[[list[Told]], list[dict[str, Any]]]:
    return lambda posts: [one(post) for post in posts]


STORIES: dict[str, Callable[[list[Told]], list[dict[str, Any]]]] = {
    "x-zeeschuimer": _each(_zeeschuimer),
    "4cat": _each(_four_cat),
    "x-api-v2": _each(v2_stream),
    "x-api-v2 pages": _v2_page,
    "x-twarc-csv": _each(_twarc_csv),
    "x-api-v2-flat": _each(_v2_flat),
    "x-api-v1": _each(v1),
    "bluesky": _each(_bluesky),
    "brandwatch": _each(_brandwatch),
    "mastodon": _each(_mastodon),
    "reddit": lambda posts: [_reddit_root(), *map(_reddit, posts)],
    "x-apify": _each(_apify),
    "x-twscrape": _each(_twscrape),
    "x-web-exporter": _each(_web_exporter),
    "x-minet": _each(_minet),
}
"""The story by format."""
TABLES = ("4cat", "x-twarc-csv", "brandwatch", "x-minet")
