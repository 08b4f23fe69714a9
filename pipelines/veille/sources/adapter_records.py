"""Records of a provider → messages of the contract, by its adapter and the rules of posts."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from veille.config import Posts
from veille.events import EventType
from veille.sources.adapters import Adapter
from veille.sources.aliases import AliasBook, SeenAlias
from veille.sources.base import no_garbage_collection
from veille.sources.openings import Opening, as_it_is
from veille.sources.post import NamedPerson, Post, PostAuthor
from veille.sources.posts import PostRules
from veille.sources.reading.json_records import MAX_PAGE
from veille.sources.reading.objects import dict_of
from veille.sources.reading.sections import Record

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True)
class Messages:
    """Messages with the index of each one's record in the batch. lax: values are text, to be converted. aliases: as in `Chunk`."""

    contents: Sequence[bytes]
    places: Sequence[int]
    lax: bool = False
    aliases: tuple[SeenAlias, ...] = ()


class Rules:
    """The post rules of every platform, shared by all sections of an input."""

    def __init__(self, posts: Posts, *, wait: bool = True) -> None:
        self._posts, self._wait = posts, wait
        self._by_platform: dict[str, PostRules] = {}

    def of(self, platform: str) -> PostRules:
        rules = self._by_platform.get(platform)
        if rules is None:
            rules = self._by_platform[platform] = PostRules(self._posts, platform, wait=self._wait)
        return rules

    def all(self) -> list[PostRules]:
        return list(self._by_platform.values())


class AdapterTranslator:
    """Records of a provider, by its adapter and the rules of posts."""

    event_type: EventType | None = None

    def __init__(self, adapter: Adapter, rules: Rules, opening: Opening = as_it_is) -> None:
        self.title = adapter.title
        self.said: list[str] = []
        self.left_out: Counter[str] = Counter()
        self.dropped: Counter[str] = Counter()
        self._adapter, self._rules, self._opening = adapter, rules, opening
        self._typed = msgspec.json.Decoder(adapter.shape, strict=False).decode if adapter.shape is not None else None
        self._seen: Counter[str] = Counter()
        self._aliases = AliasBook()

    def __call__(self, records: Sequence[Record], where: Callable[[int], Any]) -> Messages:
        with no_garbage_collection():
            return self._translated(records, where)

    def _translated(self, records: Sequence[Record], where: Callable[[int], Any]) -> Messages:
        contents: list[bytes] = []
        places: list[int] = []
        platform = self._adapter.platform
        rules = self._rules.of(platform) if platform else None
        for at, record in enumerate(records):
            for found in self._decoded(record):
                if isinstance(found, str):
                    self.left_out[found] += 1
                    continue
                messages = self._messages_of(found, rules or self._rules_of(found), where(at))
                contents += messages
                places += [at] * len(messages)
        return Messages(contents, places, aliases=self._aliases.take())

    def _messages_of(self, found: Any, rules: PostRules, place: Any) -> list[bytes]:
        posts = self._posts(found)
        if len(posts) == 1:
            return self._messages(posts[0], rules, place)
        return [message for post in posts for message in self._messages(post, rules, place)]

    def _rules_of(self, found: Any) -> PostRules:
        named = self._adapter.platform_of
        return self._rules.of(named(found) if named is not None else "unknown")

    def _decoded(self, record: Record) -> Sequence[Any]:
        """The records inside, each in the adapter's shape; a text is the reason why one is left out."""
        if isinstance(record, bytes):
            if not record.strip():
                return ("control_message",)
            if len(record) > MAX_PAGE:
                return ("too_large",)
            if self._typed is not None and self._opening is as_it_is:
                try:
                    return (self._typed(record),)
                except (ValueError, RecursionError):
                    return (_why(record),)
        found = dict_of(record)
        return (found,) if isinstance(found, str) else [self._shaped(each) for each in self._opening(found)]

    def _shaped(self, record: Any) -> Any:
        if isinstance(record, str) or self._adapter.shape is None:
            return record
        try:
            return msgspec.convert(record, self._adapter.shape, strict=False)
        except ValueError:
            return "not_this_format"

    def _posts(self, found: Any) -> Sequence[Any]:
        try:
            return list(self._adapter.posts(found))
        except (AttributeError, TypeError, KeyError, ValueError, IndexError):
            return ["not_this_format"]

    def _messages(self, post: Any, rules: PostRules, place: Any) -> list[bytes]:
        if isinstance(post, Post):
            self._aliases.learn_from(post, rules.platform)
            return rules.events(post, place)
        if isinstance(post, str):
            self.left_out[post] += 1
            return []
        if isinstance(post, PostAuthor):
            self._aliases.learn(post.author, post.at, rules.platform)
            rules.seen(post)
            return []
        if isinstance(post, NamedPerson):
            self._aliases.learn(post.account, post.at, rules.platform)
            return []
        return [self._taken(post, rules.platform)]

    def _taken(self, event: dict[str, Any], platform: str) -> bytes:
        """An event of a format without text: it is taken as a mention, whoever it addresses."""
        note = f"{self._adapter.title} contains no text: every row becomes a mention, regardless of the addressee"
        if note not in self.said:
            self.said.append(note)
        number = event["event_id"]
        self._seen[number] += 1
        if self._seen[number] > 1:
            event["event_id"] = f"{number}#{self._seen[number]}"
        row = {"event_type": EventType.MENTION.value, "platform": platform} | event
        return _encode({name: value for name, value in row.items() if value is not None})


def _why(record: bytes) -> str:
    found = dict_of(record)
    return found if isinstance(found, str) else "not_this_format"
