"""The files `users_*.json` of academictwitteR: what the API sent beside its tweets, so that quoted authors are known."""

from veille.sources.adapters.base import Adapter, Found, People, Record, ident, person, when
from veille.sources.post import PostAuthor


def _fits(record: Record) -> bool:
    users = record.get("users")
    return (
        isinstance(users, list)
        and "data" not in record
        and bool(users)
        and isinstance(users[0], dict)
        and "username" in users[0]
    )


def _posts(record: Record) -> Found:
    handles = {ident(user.get("id")): user.get("username") for user in record["users"] if isinstance(user, dict)}
    found: list[PostAuthor | str] = []
    for tweet in record.get("tweets") or ():
        number, author = ident(tweet.get("id")), ident(tweet.get("author_id"))
        who = person(author, handles.get(author))
        if number and who:
            found.append(PostAuthor(number, who, when(tweet.get("created_at"))))
    return found or ["companion_record"]


ADAPTER = Adapter(
    name="x-api-v2-includes",
    title="X API v2 includes beside tweets (academictwitteR folders)",
    platform="x",
    people=People.BOTH,
    document="https://github.com/cjbarrie/academictwitteR",
    fits=_fits,
    posts=_posts,
)
