"""Free text without what names or reaches a person: handles, links, addresses, numbers, the ids of its own row."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from veille.scrub import links
from veille.scrub.finds import GLUED_MENTION, LINK, MARKED_UP, MENTION, NUMBERED, SLASHED, Finds
from veille.scrub.grammar import grammar
from veille.scrub.shadow import Shadow, shadow
from veille.scrub.sieve import surely_clean

Namer = Callable[[str, str], str]
"""(platform, handle) → short pseudonym."""

_PLAIN_FINDS = re.compile(r"(?<!\S)(?:@(?P<name>[A-Za-z0-9_]+)|https?://[!#-;=?-~]*[A-Za-z0-9/])(?!\S)")
"""What is found by every grammar in the same way."""
_PASSES = 5
_CACHED, _CACHED_LENGTH = 20_000, 300


class Scrubber:
    """Scrubs texts; the same person is the same pseudonym in each. Keeps the results of short texts that come again."""

    def __init__(self, name: Namer, *, any_host: bool = True) -> None:
        """any_host: a name with dots before a path is a link whatever it ends in, not only a top-level domain."""
        self._name = name
        self._any_host = any_host
        self._known: dict[tuple[str, str, str | None], str] = {}

    def __call__(self, text: str, platform: str = "unknown", generator: str | None = None) -> str:
        """The text with handles as `@` and the person's short pseudonym, the rest as placeholders.

        platform: whose grammar of handles holds first; others' are known too. generator: its handle stays, it is a tool.
        Scrubbing again changes nothing.
        """
        key = (text, platform, generator)
        known = self._known.get(key)
        if known is None:
            known = text if surely_clean(text, generator) else self._plain(text, platform, generator)
            if known is None:
                known = self.exact(text, platform, generator)
            if len(text) <= _CACHED_LENGTH:
                if len(self._known) >= _CACHED:
                    self._known.clear()
                self._known[key] = known
        return known

    def _plain(self, text: str, platform: str, generator: str | None) -> str | None:
        """The text where all there is to replace are plain handles and links between spaces; None for anything else."""
        if not surely_clean(_PLAIN_FINDS.sub(" ", text), None):
            return None
        kept = (generator or "").lower()

        def instead(found: re.Match[str]) -> str:
            handle = found["name"]
            if handle is None:
                return LINK
            return found[0] if handle.lower() == kept else f"@{self._name(platform, handle)}"

        return _PLAIN_FINDS.sub(instead, text)

    def exact(
        self, text: str, platform: str = "unknown", generator: str | None = None, own: Mapping[str, str] | None = None
    ) -> str:
        """As a call, without the quick test. own: ids of the text's row and what stands for each."""
        for _ in range(_PASSES):
            finds = self._found(text, platform, generator, own or {})
            text = finds.replaced()
            if finds.settled():
                break
        return text

    def _found(self, text: str, platform: str, generator: str | None, own: Mapping[str, str]) -> Finds:
        read = _unbracketed(shadow(text))
        finds = Finds(read, text, grammar(platform), (generator or "").casefold(), partial(self._name, platform))
        finds.ours()
        if finds.holds("/", "\\", ":", "www", "WWW", "Www"):
            finds.links()
        if finds.holds("@"):
            finds.addresses(links.QUOTED_ADDRESS)
            finds.addresses(links.LITERAL_ADDRESS)
            finds.handles(MARKED_UP)
            finds.handles(MENTION)
        if finds.holds("@"):
            finds.addresses(links.ADDRESS)
            finds.addresses(links.GLUED_ADDRESS)
            finds.handles(GLUED_MENTION)
        if finds.holds("dot", "DOT", "Dot"):
            finds.spelled()
        if finds.holds("/", "\\", "#"):
            finds.handles(SLASHED)
            finds.handles(NUMBERED)
        finds.own_ids(own)
        if finds.holds("."):
            finds.domains(any_host=self._any_host)
        finds.numbers()
        return finds


def _unbracketed(read: Shadow) -> Shadow:
    """Links that were spelled so that nobody follows them, as they were meant."""
    for found in reversed(list(_bracketed(read.shape))):
        group = found.lastgroup or "dot"
        sign = {"at": "@", "colon": ":", "slash": "/", "scheme": ":"}.get(group.removeprefix("coded_"), ".")
        read.join(*found.span(), sign)
        if group == "scheme":
            read.content = read.content[: found.start() + 1] + read.content[found.start() + 1 :]
    return read


def _bracketed(shape: str) -> Iterator[re.Match[str]]:
    return links.BRACKETED.finditer(shape)
