"""Which accounts of a platform are a generator, and what a post says about them."""

import re
from collections.abc import Mapping

from veille.config import Posts
from veille.sources.post import Post, PostAccount

_HANDLES = re.compile(r"(?<![\w@/.])@(\w{1,64})")
_FAR_HANDLES = re.compile(r"(?<![\w@/.])@(\w[\w.-]*(?:@[\w.-]+)?)")
_REDDIT_HANDLES = re.compile(r"(?<![\w@.])(?:@|/?\bu/)([\w-]{2,32})")
_HANDLES_OF: Mapping[str, re.Pattern[str]] = {
    "bluesky": _FAR_HANDLES,
    "mastodon": _FAR_HANDLES,
    "reddit": _REDDIT_HANDLES,
}


class GeneratorAccounts:
    """The generators' accounts on one platform, by the settings and by what posts show."""

    def __init__(self, settings: Posts, platform: str) -> None:
        self._by_handle: dict[str, str] = {}
        self._by_id: dict[str, str] = {}
        for name, generator in settings.generators.items():
            self._by_handle |= dict.fromkeys(_here(generator.names, platform, everywhere=True), name)
            self._by_id |= dict.fromkeys(_here(generator.ids, platform, everywhere=False), name)
        self._handles = _HANDLES_OF.get(platform, _HANDLES)

    def of(self, person: PostAccount | None) -> str | None:
        """The generator that this account is. An id seen beside a generator's handle is learnt."""
        if person is None:
            return None
        number, handle = person
        if number is not None and (name := self._by_id.get(number)):
            return name
        if handle is None:
            return None
        name = self._by_handle.get(handle.lower()) if self._handles is not _FAR_HANDLES else self._of_handle(handle)
        if name is not None and number is not None:
            self._by_id[number] = name
        return name

    def _of_handle(self, handle: str) -> str | None:
        folded = handle.lower()
        found = self._by_handle.get(folded)
        if found is None and self._handles is _FAR_HANDLES:
            local = folded.partition("@")[0]
            found = self._by_handle.get(local.removesuffix(".bsky.social"))
        return found

    def named(self, post: Post) -> tuple[str | None, list[PostAccount]]:
        """The generator that a post names, and the other people it tags, each once, in the order of the text."""
        listed = post.tagged
        people = [PostAccount(None, handle) for handle in self._written(post.text)] if listed is None else listed
        named, tagged = None, []
        for person in people:
            generator = self.of(person)
            if generator is None:
                tagged.append(person)
            else:
                named = named or generator
        if named is None and listed is not None:
            named = next((name for handle in self._written(post.text) if (name := self._of_handle(handle))), None)
        if len(tagged) > 1:
            once = {(person.name or "").lower(): person for person in reversed(tagged) if person.name}
            folded = post.text.lower()
            tagged = sorted(once.values(), key=lambda person: _position(folded, person.handle))
        return named, tagged

    def _written(self, text: str) -> list[str]:
        """Handles in a text."""
        if "@" not in text and "u/" not in text:
            return []
        return [handle.rstrip(".-") for handle in self._handles.findall(text)]


def _here(accounts: list[str], platform: str, *, everywhere: bool) -> list[str]:
    """Accounts of a platform: those that name it, and those that name none where that means all."""
    found = []
    for account in accounts:
        where, colon, name = account.rpartition(":")
        if where.lower() == platform or (everywhere and not colon) or account.startswith("did:"):
            found.append((account if account.startswith("did:") else name).removeprefix("@"))
    return [name.lower() for name in found] if everywhere else found


def _position(text: str, handle: str | None) -> int:
    at = text.find(f"@{handle.lower()}") if handle else -1
    return at if at >= 0 else len(text)
