"""A text as it reads: what is spelled differently but read the same becomes the same, and every place is known.

Invisible characters go, letters stand decomposed, compatibility forms (full width, mathematical, circled) become their
plain characters, digits of every script become 0-9. Beside the characters themselves stands a *shape* of the same length
over a small alphabet, so that grammars need no tables of Unicode:

    ASCII   itself
    é       a letter, number or mark of a script that parts words by spaces
    あ      a letter of a script that does not (Han, kana, Thai …), or of one that glues particles to names (Hangul)
    ー      the long-vowel mark of Japanese, which also stands for a hyphen in numbers
    ·       a middle dot
    –       a dash that is no hyphen: it parts words, but stands in numbers
    ¤       anything else: symbols, punctuation, emoji
"""

import re
import unicodedata
from dataclasses import dataclass

WORD = "A-Za-z0-9_éあー"
"""Shapes that a word is made of, for a character class."""

SPACED, GLUED, LONG, MIDDLE, DASH, OTHER = "é", "あ", "ー", "·", "–", "¤"
TAKEN = "\x00"
"""The shape of a place that a grammar has taken already: it matches nothing else."""

_MARK = "ˇ"
_LETTERS = re.compile(r"[A-Za-z_éあー]")
_IGNORED = frozenset(
    map(
        ord,
        "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2065\u20e3",
    )
).union(range(0x180B, 0x1810), range(0xFE00, 0xFE10), range(0xFFF0, 0xFFF9), range(0xE0000, 0xE1000))
"""What Unicode calls default ignorable although its category says otherwise, and the frame of keycaps."""
_IDEOGRAPHIC_STOPS = frozenset("。｡")
_SIGNS = {
    **dict.fromkeys("⁄∕⧸⟋", "/"),
    **dict.fromkeys("⧵∖⟍", "\\"),
    **dict.fromkeys("∶꞉ː", ":"),
    **dict.fromkeys("‐‑⁃", "-"),
    **dict.fromkeys("·•‧∙⋅", MIDDLE),
    **dict.fromkeys("ー", LONG),
    "−": DASH,
}
"""Signs that Unicode does not decompose and a reader takes for others."""
_GLUED = re.compile(
    "[\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\u2e80-\u2fdf\u3005-\u3007"
    "\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3041-\u318f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\ua980-\ua9df"
    "\uaa60-\uaa7f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\U0001aff0-\U0001b2ff\U00020000-\U0003ffff]"
)
_PLAIN = re.compile(r"[\x20-\x7e\n]*")

Pieces = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Shadow:
    """What a text reads as. content, shape: of one length. starts, ends: where each stands in the text; None: at its own place."""

    content: str
    shape: str
    starts: list[int] | None = None
    ends: list[int] | None = None

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where `content[start:end]` stands in the text, with the invisible characters inside and after it."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]

    def take(self, start: int, end: int) -> None:
        """Hide a stretch from the grammars that look later."""
        self.shape = self.shape[:start] + TAKEN * (end - start) + self.shape[end:]

    def join(self, start: int, end: int, character: str) -> None:
        """Read `content[start:end]` as one character."""
        if self.starts is None or self.ends is None:
            self.starts, self.ends = list(range(len(self.content))), list(range(1, len(self.content) + 1))
        self.starts[start:end] = [self.starts[start]]
        self.ends[start:end] = [self.ends[end - 1]]
        self.content = self.content[:start] + character + self.content[end:]
        self.shape = self.shape[:start] + character + self.shape[end:]


class _Folds(dict[str, Pieces]):
    """Character → (content, shape) of what it reads as; worked out once each."""

    def __missing__(self, character: str) -> Pieces:
        known = self[character] = _fold(character)
        return known


def shadow(text: str) -> Shadow:
    """The shadow of a text."""
    if _PLAIN.fullmatch(text):
        return Shadow(text, text)
    content, shape, starts, ends = list[str](), list[str](), list[int](), list[int]()
    for at, character in enumerate(text):
        pieces = _FOLDS[character]
        for piece, kind in pieces:
            if kind is _MARK:
                if not shape or not _LETTERS.match(shape[-1]):
                    break  # a mark on a sign or a digit changes nothing
                kind = GLUED if shape[-1] == GLUED else SPACED  # noqa: PLW2901
            content.append(piece)
            shape.append(kind)
            starts.append(at)
            ends.append(at + 1)
        if ends:
            ends[-1] = at + 1
    _read_ideographic_stops(shape)
    return Shadow("".join(content), "".join(shape), starts, ends)


def reads_as(text: str) -> str:
    """The text as it reads, case folded."""
    return text.lower() if _PLAIN.fullmatch(text) else unicodedata.normalize("NFKC", shadow(text).content).casefold()


def _read_ideographic_stops(shape: list[str]) -> None:
    """A full stop of Chinese or Japanese is a dot before an ASCII letter or digit only: elsewhere it ends a sentence."""
    for at, kind in enumerate(shape):
        if kind == "。":
            following = shape[at + 1] if at + 1 < len(shape) else ""
            shape[at] = "." if following.isascii() and following.isalnum() else OTHER


def _fold(character: str) -> Pieces:
    if character.isspace():
        return ((character, "\n" if character in "\n\r\x0b\x0c\x85\u2028\u2029" else " "),)
    if character in _IDEOGRAPHIC_STOPS:
        return ((".", "。"),)
    if character == "\u2800":  # the blank of Braille
        return ((" ", " "),)
    if ord(character) in _IGNORED or unicodedata.category(character) in {"Cf", "Cc"}:
        return ()
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return ((str(digit), str(digit)),)
    plain = _LETTER_SIGNS.get(character) or unicodedata.normalize("NFKD", character)
    return tuple((each, _shape(each)) for each in plain if ord(each) not in _IGNORED)


def _shape(character: str) -> str:
    if character.isascii():
        return character
    return _SIGNS.get(character) or _shape_by_category(character, unicodedata.category(character))


def _shape_by_category(character: str, category: str) -> str:
    if category[0] == "M":
        return GLUED if _GLUED.match(character) else _MARK
    if category[0] in "LN":
        digit = unicodedata.digit(character, None)
        return str(digit) if digit is not None else GLUED if _GLUED.match(character) else SPACED
    if character.isspace():
        return " "
    return {"Pd": DASH, "Pc": "_"}.get(category, OTHER)


_LETTER_SIGNS = {
    chr(first + offset): chr(ord("A") + offset) for first in (0x1F150, 0x1F170, 0x1F1E6) for offset in range(26)
}
"""Negative circled and squared letters, and regional indicators: letters to a reader, symbols to Unicode."""
_FOLDS = _Folds()
