"""What is found in a text: each find hides its stretch from the next."""

import re
from collections.abc import Callable, Mapping

from veille.scrub import links, numbers
from veille.scrub.grammar import Grammar, grammar, own_name
from veille.scrub.shadow import GLUED, LONG, SPACED, TAKEN, WORD, Shadow, shadow

LINK, ADDRESS, NUMBER = "[link]", "[address]", "[number]"

_SHORT = r"(?=[0-9-]*[A-Z])[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){2}"
_OURS = re.compile(
    rf"@{_SHORT}(?![A-Za-z0-9_é]|[.-][A-Za-z0-9_é])"
    rf"|(?<![A-Za-z0-9_é@-])(?:[AT]-)?(?![0-9]{{4}}-[0-9]{{4}}|.{{4}}-[0-9]{{4}}-[0-9]{{4}}){_SHORT}(?![A-Za-z0-9_é@-])"
    r"|\[(?:link|address|number)\]"
)
"""What a scrubbed text holds already: pseudonyms in their short form and placeholders."""
_BETWEEN = rf"(?:[^\s{WORD}@\x00]{{1,3}}(?=[A-Za-zéあ_]))?"
"""Signs between the @ and a name that begins with a letter, as in `<@!name>`, `@*name*`, `@(name)`."""
_HANDLE = rf"@+{_BETWEEN}(?P<name>[{WORD}](?:[{WORD}]|[.·-](?=[{WORD}]))*(?:@{links.HOST})?)"
MENTION = re.compile(rf"(?<![{WORD}@]){_HANDLE}")
GLUED_MENTION = re.compile(_HANDLE)
MARKED_UP = re.compile(r"@+\[(?P<name>[^\]\n\x00]{1,100})\]")
SLASHED = re.compile(
    r"(?:(?:(?<![\\/@])[\\/](?:[uU]|[uU]ser)|(?:(?<![A-Za-z0-9_\\/@])|(?<=RT))[uU])[\\/]|(?<![A-Za-z0-9_@])[\\/]?[rR][\\/][uU]_)(?P<name>[A-Za-z0-9_][A-Za-z0-9_-]+)"
)
NUMBERED = re.compile(rf"(?<![{WORD}@#])(?P<name>[{WORD}][{WORD}.]{{1,31}}#\d{{4}})(?!\d)")
_DOMAIN_PERSON = re.compile(r"(?:[A-Za-z0-9_.-]+@)?[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+")

Span = tuple[int, int, str]


class Finds:
    """What was found in one text so far; each find hides its stretch from the next."""

    def __init__(self, read: Shadow, text: str, rules: Grammar, generator: str, name: Callable[[str], str]) -> None:
        self._read, self._text, self._rules, self._generator, self._name = read, text, rules, generator, name
        self._spans: list[Span] = []

    def holds(self, *signs: str) -> bool:
        """Whether any of these shapes is there and not taken yet."""
        return any(sign in self._read.shape for sign in signs)

    def settled(self) -> bool:
        """Whether looking again would find nothing: everything that was replaced stands apart."""
        shape = f" {self._read.shape} "
        return all(shape[start] in " \n" and shape[end + 1] in " \n,!?" for start, end, _ in self._spans)

    def replaced(self) -> str:
        """The text with every find replaced."""
        if not self._spans:
            return self._text
        parts, last = list[str](), 0
        for start, end, instead in sorted(self._spans):
            first, after = self._read.place(start, end)
            parts += (self._text[last:first], instead)
            last = max(last, after)
        return "".join((*parts, self._text[last:]))

    def ours(self) -> None:
        for found in _OURS.finditer(self._read.shape):
            first, after = self._read.place(*found.span())
            if self._text[first:after] == found[0]:
                self._read.take(*found.span())

    def links(self) -> None:
        for found in links.LINK.finditer(self._read.shape):
            self._link(*found.span())

    def handles(self, pattern: re.Pattern[str]) -> None:
        if pattern is NUMBERED and not self._rules.numbered:
            return
        at = 0
        while found := pattern.search(self._read.shape, at):
            at = self._handle(found, whole=pattern not in (MENTION, GLUED_MENTION))

    def addresses(self, pattern: re.Pattern[str]) -> None:
        at = 0
        while found := pattern.search(self._read.shape, at):
            if self._is_address(found):
                self._replace(*found.span(), ADDRESS)
                at = found.end()
            else:
                at = max(found.start("host") - 1, found.start() + 1)

    def spelled(self) -> None:
        """Addresses and domains with their signs in words."""
        for pattern, instead in ((links.SPELLED_ADDRESS, ADDRESS), (links.SPELLED_DOMAIN, LINK)):
            for found in pattern.finditer(self._read.shape):
                if links.is_public_domain(re.sub(r"\s+dot\s+", ".", self._content(found, "host").casefold())):
                    self._replace(*found.span(), instead)

    def own_ids(self, own: Mapping[str, str]) -> None:
        for identifier, instead in own.items():
            wanted = shadow(identifier.strip().removeprefix("@"))
            if wanted.content:
                self._own_id(_lowered(wanted.content), wanted.shape, instead)

    def domains(self, *, any_host: bool) -> None:
        for pattern in (links.ASCII_DOMAIN, links.DOMAIN):
            for found in pattern.finditer(self._read.shape):
                self._domain(found, any_host=any_host)

    def numbers(self) -> None:
        found = list(numbers.numerals(self._read.content))
        if numbers.possible(self._read.shape):
            for start, end in (*numbers.identifiers(self._read.shape), *numbers.dates(self._read.shape)):
                self._read.take(start, end)
            found += numbers.numbers(self._read.shape)
        for start, end in found:
            if not self._is_taken(start):
                self._replace(start, end, NUMBER)

    def _handle(self, found: re.Match[str], *, whole: bool) -> int:
        """Replace a handle, unless it is the generator's; returns where to look next."""
        start, (first, end) = found.start(), found.span("name")
        content, shape = self._read.content[first:end], self._read.shape[first:end]
        if whole:
            self._replace(*found.span(), f"@{self._name(content)}")
            return found.end()
        kept = self._generator_length(content, shape)
        if kept:
            self._read.take(start, first + kept)
            return first + kept
        person, gone = _person(self._rules, content, shape)
        self._replace(start, first + gone, f"@{self._name(content[:person])}")
        return first + gone

    def _generator_length(self, content: str, shape: str) -> int:
        """How much of a handle is the generator's; 0 where it is somebody else's."""
        length = len(self._generator)
        if not length or content[:length].casefold() != self._generator:
            return 0
        following = shape[length : length + 1]
        if following and (
            following not in {GLUED, LONG, ".", "-", "·"} or "@" in shape or links.is_public_domain(content)
        ):
            return 0
        return length

    def _is_address(self, found: re.Match[str]) -> bool:
        """Whether name@host is an address; otherwise a handle stands right behind a word."""
        groups = found.groupdict()
        local, host = groups.get("local"), self._content(found, "host")
        if local is None:
            return links.is_public_domain(host[: len(found["host"].partition(GLUED)[0])])
        if found.re is links.GLUED_ADDRESS:
            return not host.casefold().endswith(".bsky.social")
        if local.casefold() in links.GLUED_TO_HANDLES or host.casefold() == self._generator:
            return False
        return not (local.isdigit() and host.isdigit())

    def _domain(self, found: re.Match[str], *, any_host: bool) -> None:
        if TAKEN in self._read.shape[found.start() : found.end()]:
            return
        host, rest = self._content(found, "host"), found["rest"] or ""
        end = found.end()
        if not rest and (cut := links.before_hyphen(host)) < len(host):
            host, end = host[:cut], found.start("host") + cut
        public = links.is_public_domain(host)
        if public and not rest and (host.casefold().endswith(".bsky.social") or self._rules is _BLUESKY):
            self._replace(found.start(), end, f"@{self._name(host)}")
        elif public or (any_host and rest[:1] in {"/", "\\"} and links.is_host_with_path(found["host"])):
            self._link(found.start(), end)

    def _own_id(self, wanted: str, shape: str, instead: str) -> None:
        text, at = _lowered(self._read.content), 0
        while (at := text.find(wanted, at)) >= 0:
            end = at + len(wanted)
            before, after = self._read.shape[at - 1 : at] if at else "", self._read.shape[end : end + 1]
            apart = not (_joins(before) and _joins(shape[:1])) and not (_joins(after) and _joins(shape[-1:]))
            if apart and TAKEN not in self._read.shape[at:end]:
                self._replace(at, end, instead)
            at = end

    def _content(self, found: re.Match[str], group: str) -> str:
        return self._read.content[found.start(group) : found.end(group)]

    def _link(self, start: int, end: int) -> None:
        while end > start + 1 and self._read.shape[end - 1] in ".,;:!?)]}'*":
            end -= 1
        self._replace(start, end, LINK)

    def _replace(self, start: int, end: int, instead: str) -> None:
        self._spans.append((start, end, instead))
        self._read.take(start, end)

    def _is_taken(self, at: int) -> bool:
        return self._read.shape[at] == TAKEN


_BLUESKY = grammar("bluesky")


def _person(rules: Grammar, content: str, shape: str) -> tuple[int, int]:
    """How much of a handle names the person, and how much of it goes."""
    if "@" in shape or "." in shape:
        found = _DOMAIN_PERSON.match(shape)
        if found and ("@" in found[0] or links.is_public_domain(content[: found.end()])):
            following = shape[found.end() : found.end() + 1]
            if not following or following in {GLUED, LONG}:
                return found.end(), found.end()
        if "@" in shape or links.is_public_domain(content):
            return len(shape), len(shape)
    return own_name(rules, shape)


def _joins(shape: str) -> bool:
    """Whether a place is part of a word that is parted by spaces."""
    return shape in {SPACED, "_"} or (shape.isascii() and shape.isalnum())


def _lowered(content: str) -> str:
    lowered = content.lower()
    return lowered if len(lowered) == len(content) else "".join(c.lower()[0] if c else c for c in content)
