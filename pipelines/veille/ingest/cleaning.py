"""Texts and tokens of a batch as they may be kept: scrubbed, column by column, each distinct value once."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from veille.privacy import Pseudonymiser, Space, short
from veille.scrub import CODE, Scrubber, Tokens, parts, reads_as

Texts = list[str | None]

_SHORTEST_OWN_ID = 5
"""Shorter ids are common words; as handles they are replaced all the same."""
_REMEMBERED, _REMEMBERED_LENGTH = 20_000, 300
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class OwnIds:
    """A column of ids of the rows that the texts belong to. space: what kind of ids they are."""

    space: Space
    read: Callable[[], Sequence[str | None]]

    @cached_property
    def ids(self) -> Sequence[str | None]:
        """The ids, one a row; read when they are asked for."""
        return self.read()

    @cached_property
    def wanted(self) -> dict[str | None, str]:
        """Each id as it is looked for in texts; empty where it is too short to be told from a word."""
        return {each: _folded(each) for each in set(self.ids)}

    @cached_property
    def spellings(self) -> frozenset[str]:
        return frozenset(self.wanted.values()) - {""}


class Cleaner:
    """Cleans under one key. Not for several threads at once.

    replaced: how many values were replaced as tokens since `take_replaced` was last asked.
    """

    def __init__(self, names: Pseudonymiser, allowed_tokens: Collection[str] = ()) -> None:
        self.names = names
        self._scrub = Scrubber(names.short_person)
        self._token = Tokens(names.token, allowed_tokens)
        self._reads: dict[str, str] = {}
        self._replaced = 0

    def take_replaced(self) -> int:
        """Values replaced as tokens since the last call."""
        taken, self._replaced = self._replaced, 0
        return taken

    def texts(
        self,
        texts: Sequence[str | None],
        platforms: Sequence[str],
        generators: Sequence[str | None],
        own: Sequence[OwnIds],
    ) -> Texts:
        """Free texts without handles, links, addresses, numbers and the ids of their own rows."""
        rows = list(zip(texts, platforms, generators, strict=True))
        clean = {row: self._scrub(row[0], row[1], row[2]) if row[0] else row[0] for row in set(rows)}
        result = [clean[row] for row in rows]
        for at, mine in _own(texts, self._read(texts), own).items():
            text, platform, generator = rows[at]
            known = {each: self._short(space, platform, each) for space, each in mine}
            result[at] = self._scrub.exact(text or "", platform, generator, known)
        return result

    def codes_or_texts(self, texts: Sequence[str | None], platforms: Sequence[str], own: Sequence[OwnIds]) -> Texts:
        """As `texts`, but a value that is one word is a code and goes through `tokens`."""
        codes = [text if text is not None and CODE.fullmatch(text) else None for text in texts]
        if not any(codes):
            return self.texts(texts, platforms, [None] * len(texts), own)
        words = [text if code is None else None for text, code in zip(texts, codes, strict=True)]
        cleaned = zip(self.tokens(codes, own), self.texts(words, platforms, [None] * len(words), own), strict=True)
        return [text if code is None else code for code, text in cleaned]

    def tokens(self, values: Sequence[str | None], own: Sequence[OwnIds]) -> Texts:
        """Short tokens; one that may name a person, or holds an id of its own row, is replaced whole."""
        distinct = {value for value in values if value is not None}
        kept = {value: self._token(value) for value in distinct}
        result = list(map(kept.get, values))  # type: ignore[arg-type]
        if any(kept[value] != value for value in distinct):
            self._replaced += sum(new != value for new, value in zip(result, values, strict=True))
        pieces = {value: parts(value) for value in distinct if kept[value] == value}
        every = {piece for each in pieces.values() for piece in each if len(piece) >= _SHORTEST_OWN_ID}
        people = [column for column in own if column.space == "person"] if every else []
        for column in people:
            if not every.isdisjoint(column.spellings):
                self._replace_own(values, column, pieces, result)
        return result

    def _replace_own(
        self, values: Sequence[str | None], column: OwnIds, pieces: Mapping[str, set[str]], result: Texts
    ) -> None:
        """Replace the tokens that hold the id of their own row."""
        for at, (value, each) in enumerate(zip(values, column.ids, strict=True)):
            if value is not None and result[at] == value and column.wanted[each] in pieces.get(value, ()):
                result[at] = self._token.replaced(value)
                self._replaced += result[at] != value

    def _read(self, texts: Sequence[str | None]) -> dict[str | None, str]:
        """The different texts as they read; those of earlier batches are remembered."""
        if len(self._reads) > _REMEMBERED:
            self._reads.clear()
        known, found = self._reads, dict[str | None, str]()
        for text in set(texts):
            if not text:
                continue
            read = known.get(text)
            if read is None:
                read = reads_as(text)
                if len(text) <= _REMEMBERED_LENGTH:
                    known[text] = read
            found[text] = read
        return found

    def _short(self, space: Space, platform: str, identifier: str) -> str:
        if space == "person":
            return self.names.short_person(platform, identifier)
        return short(UUID(bytes=self.names.one(space, platform, identifier)))


def _folded(identifier: str | None) -> str:
    """An id as it is looked for in texts; empty where it is too short to be told from a word."""
    if identifier is None:
        return ""
    if identifier.isascii():
        return "" if len(identifier) < _SHORTEST_OWN_ID else identifier.lower().removeprefix("@")
    return reads_as(identifier).removeprefix("@")


def _own(
    texts: Sequence[str | None], reads: Mapping[str | None, str], own: Sequence[OwnIds]
) -> dict[int, list[tuple[Space, str]]]:
    """Rows whose text may hold an id of the row, with these ids. Ids of things are looked for beside digits only."""
    found: dict[int, list[tuple[Space, str]]] = {}
    numbered = {text: read for text, read in reads.items() if _DIGIT.search(read)}
    beside_digits = [at for at, text in enumerate(texts) if text in numbered] if numbered else []
    for column in own:
        if column.space == "person":
            rows = zip(map(reads.get, texts), map(column.wanted.get, column.ids), strict=True)
            hits = [at for at, (read, wanted) in enumerate(rows) if wanted and read and wanted in read]
        else:
            hits = [at for at in beside_digits if _is_in(column.ids[at], numbered[texts[at]])]
        for at in hits:
            found.setdefault(at, []).append((column.space, column.ids[at] or ""))
    return found


def _is_in(identifier: str | None, read: str) -> bool:
    wanted = _folded(identifier)
    return bool(wanted) and wanted in read
