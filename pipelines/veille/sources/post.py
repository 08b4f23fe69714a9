"""What a post is, whoever published it, and the messages that the rules make of it."""

from typing import NamedTuple

import msgspec


class PostAccount(NamedTuple):
    """An account as a record names it: its stable number, its handle, or both."""

    id: str | None
    handle: str | None = None

    @property
    def name(self) -> str | None:
        return self.id or self.handle


class Post(msgspec.Struct, gc=False, kw_only=True):
    """What the rules need of one post. `at`: RFC 3339. tagged: None where the format lists no tags (the text is read)."""

    id: str
    at: str
    author: PostAccount
    text: str = ""
    language: str | None = None
    thread: str | None = None
    answers: str | None = None
    answered: PostAccount | None = None
    quotes: str | None = None
    quoted: PostAccount | None = None
    tagged: list[PostAccount] | None = None
    repost: bool = False
    media: str | None = None
    created_at: str | None = None
    followers: int | None = None
    collected_at: str | None = None
    views: int | None = None


class PostAuthor(NamedTuple):
    """Who wrote a post that is not in the input itself. at: when, RFC 3339."""

    id: str
    author: PostAccount
    at: str | None = None


class NamedPerson(NamedTuple):
    """A person whom a record names by number and handle, whatever she has to do with its posts. at: RFC 3339."""

    account: PostAccount
    at: str | None


class AsMention(msgspec.Struct, gc=False, omit_defaults=True, tag_field="event_type", tag="mention", kw_only=True):
    """A mention as a message, with the fields that a post can fill."""

    event_id: str
    occurred_at: str
    platform: str
    account_id: str
    generator: str
    post_id: str
    collected_at: str | None = None
    target_id: str | None = None
    target_basis: str = "unknown"
    parent_post_id: str | None = None
    prompt: str | None = None
    language: str | None = None
    account_created_at: str | None = None
    account_followers: int | None = None


class AsGeneration(
    msgspec.Struct, gc=False, omit_defaults=True, tag_field="event_type", tag="generation", kw_only=True
):
    """A generation as a message, with the fields that a post can fill."""

    event_id: str
    occurred_at: str
    platform: str
    outcome: str
    generator: str
    post_id: str
    mention_id: str
    surface: str = ""
    collected_at: str | None = None
    account_id: str | None = None
    target_id: str | None = None
    media_type: str | None = None
    views: int | None = None
    views_at: str | None = None
