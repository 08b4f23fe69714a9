"""What a text gives away, found slowly by Unicode properties: the judge of veille.scrub, which it shares no line with."""

import unicodedata
from collections.abc import Iterator

LEAST_DIGITS = 7
_NAMED_INVISIBLE = (
    "VARIATION SELECTOR",
    "HANGUL FILLER",
    "CHOSEONG FILLER",
    "JUNGSEONG FILLER",
    "GRAPHEME JOINER",
    "INHERENT",
)


def is_invisible(character: str) -> bool:
    """Whether a reader cannot see the character."""
    if character.isspace():
        return False
    if unicodedata.category(character) in {"Cf", "Cc"}:
        return True
    name = unicodedata.name(character, "")
    return any(word in name for word in _NAMED_INVISIBLE) or 0xE0000 <= ord(character) < 0xE1000


def visible(text: str) -> str:
    return "".join(character for character in text if not is_invisible(character))


def forms(text: str) -> Iterator[str]:
    """The text in every normal form, with and without its invisible characters, case folded."""
    for seen in (text, visible(text)):
        for form in ("NFC", "NFD", "NFKC", "NFKD"):
            yield unicodedata.normalize(form, seen).casefold()
    yield "".join(_plain(character) for character in visible(text)).casefold()


def survives(planted: str, text: str) -> bool:
    """Whether what was planted can still be read in the text."""
    wanted = set(forms(planted))
    return any(each in form for form in forms(text) for each in wanted if each)


def gives_away(text: str, known: set[str]) -> list[str]:
    """Handles, long numbers, addresses and links that stand in the text. known: what scrubbing put there itself."""
    for each in sorted(known, key=len, reverse=True):
        text = text.replace(each, " ")
    characters = [_plain(character) for character in unicodedata.normalize("NFKC", visible(text))]
    plain = "".join(characters)
    return [*_names_after_at(plain), *_long_numbers(plain), *_places(plain)]


def _plain(character: str) -> str:
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    name = unicodedata.name(character, "")
    if name.endswith(("SOLIDUS", "DIVISION SLASH", "FRACTION SLASH")) and "REVERSE" not in name:
        return "/"
    return "\\" if "REVERSE SOLIDUS" in name or name == "SET MINUS" else character


def _is_word(character: str) -> bool:
    return character == "_" or unicodedata.category(character)[0] in "LN"


def _names_after_at(text: str) -> Iterator[str]:
    for at, character in enumerate(text):
        if "COMMERCIAL AT" not in unicodedata.name(character, ""):
            continue
        name = ""
        for following in text[at + 1 :]:
            if not _is_word(following) and unicodedata.category(following)[0] != "M":
                break
            name += following
        if any(map(_is_word, name)):
            yield f"@{name}"


def _long_numbers(text: str) -> Iterator[str]:
    run = ""
    for character in f"{text} ":
        if character.isascii() and character.isdigit():
            run += character
        else:
            if len(run) >= LEAST_DIGITS:
                yield run
            run = ""


def _places(text: str) -> Iterator[str]:
    for word in text.split():
        if "://" in word or ":\\\\" in word:
            yield word
            continue
        before, slash, after = word.replace("\\", "/").partition("/")
        labels = [label for label in before.split(".") if label]
        dotted = len(labels) > 1 and len(labels[-1]) > 1 and all(c.isascii() and c.isalpha() for c in labels[-1])
        if slash and after and dotted and _is_word(after[0]):
            yield word
