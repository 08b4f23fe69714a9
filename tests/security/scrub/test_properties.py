"""Invariants of scrubbing, on texts that a machine makes up."""

import random
import sys
import time
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.amounts import amount
from tests.security.scrub import corpus
from tests.security.scrub.oracle import gives_away, is_invisible
from tests.unit.make import KEY
from veille.privacy import Pseudonymiser
from veille.scrub import Scrubber
from veille.scrub.shadow import shadow
from veille.scrub.sieve import surely_clean

_PIECES = (
    *(written for _, _, written in corpus.written_handles()),
    *corpus.NUMBERS,
    *corpus.ADDRESSES,
    *corpus.LINKS,
    *(text for texts in corpus.NEUTRAL.values() for text in texts),
    *(
        "@grok",
        "@GROK",
        "grok",
        "@",
        "＠",
        "/",
        "\\",
        ".",
        "。",
        ":",
        "//",
        "-",
        "_",
        " ",
        "\n",
        "\u200b",
        "\u0301",
        "é",
        "写真",
    ),
    *(
        "ขอ",
        "ー",
        "#",
        "[",
        "]",
        "(at)",
        "[.]",
        " dot ",
        " at ",
        "RT",
        "u/",
        "1",
        "12",
        "555",
        "😀",
        "\u202e",
        "½",
        "①",
        "x.com",
    ),
    *("7K3Q-M2XA-9DFH", "@7K3Q-M2XA-9DFH", "[link]", "[number]", "c-7K3QM2XA", "a"),
)
_MANY = st.lists(st.sampled_from(_PIECES), max_size=8)
TEXTS = st.one_of(_MANY.map("".join), _MANY.map(" ".join), st.text(max_size=60))
PLATFORMS = st.sampled_from([*corpus.PLATFORMS, "unknown"])
GENERATORS = st.sampled_from([None, "grok", "grok.ai", "a"])


def _scrubber() -> tuple[Scrubber, set[str]]:
    names, known = Pseudonymiser(KEY), {"[link]", "[address]", "[number]"}

    def name(platform: str, handle: str) -> str:
        short = names.short_person(platform, handle)
        known.add(f"@{short}")
        return short

    return Scrubber(name), known


@settings(max_examples=400, deadline=None)
@given(TEXTS, PLATFORMS, GENERATORS)
def test_scrubbing_again_changes_nothing_and_both_ways_agree(text: str, platform: str, generator: str | None) -> None:
    scrub, _ = _scrubber()
    clean = scrub(text, platform, generator)
    assert clean == scrub.exact(text, platform, generator)
    assert clean == scrub.exact(clean, platform, generator)
    assert clean == scrub(clean, platform, generator)


@settings(max_examples=400, deadline=None)
@given(TEXTS, PLATFORMS)
def test_the_oracle_finds_nothing_in_what_was_scrubbed(text: str, platform: str) -> None:
    if any(form in text for form in ("7K3Q-M2XA-9DFH", "c-7K3QM2XA")):
        return  # what looks like our own pseudonym stays
    scrub, known = _scrubber()
    clean = scrub(text, platform)
    assert not gives_away(clean, known), (clean, sorted(known))


_EMPTY_PLANES = range(0x40000, 0xE0000)
"""No character is assigned here: a part of them stands for all."""


def _codes() -> Iterator[int]:
    yield from range(_EMPTY_PLANES.start)
    yield from _EMPTY_PLANES[:: amount(64, 1)]
    yield from range(_EMPTY_PLANES.stop, sys.maxunicode + 1)


def test_planes_that_are_tried_in_part_have_no_character() -> None:
    assert {unicodedata.category(chr(code)) for code in _EMPTY_PLANES} == {"Cn"}


@pytest.mark.long
def test_the_quick_test_knows_every_character_that_reads_as_a_sign() -> None:
    """Over all of Unicode: what reads as an at, a slash, a dot, a colon or a digit is never surely clean where it matters."""
    for code in _codes():
        if code < 0x80 or 0xD800 <= code < 0xE000:
            continue
        character = chr(code)
        read = shadow(character).shape
        if not read or read.isspace():
            continue
        text = {"@": f"{character}name", "/": f"x{character}name", "\\": f"x{character}name"}.get(read[0])
        if any(sign in read for sign in "@/\\"):
            assert not surely_clean(text or f"a{character}name", None), hex(code)
        if "." in read:
            assert not surely_clean(f"name{character}com", None), hex(code)
        if ":" in read:
            assert not surely_clean(f"did{character}plc", None), hex(code)
        if any(each.isdigit() and each.isascii() for each in read):
            assert not surely_clean(f"call {character * 7}", None), hex(code)


@pytest.mark.long
def test_what_nobody_sees_reads_as_nothing() -> None:
    for code in _codes():
        character = chr(code)
        if is_invisible(character) and unicodedata.category(character) != "Cs":
            assert shadow(f"a{character}b").content == "ab", hex(code)


def test_digits_of_every_script_read_as_digits() -> None:
    for code in range(sys.maxunicode + 1):
        value = unicodedata.digit(chr(code), None)
        if value is not None:
            assert shadow(chr(code)).shape == str(value), hex(code)


_LONG = (
    *(
        "a",
        "@",
        "@a",
        ".",
        "a.",
        "a.b",
        "/",
        "//",
        "1",
        "1 ",
        "1-",
        "é",
        "あ",
        "ー",
        "-",
        "[",
        "(at)",
        "a@",
        "a@b",
        "u/",
        ":",
    ),
    *(
        "http:",
        "a-",
        "\u0301",
        "\u200b",
        "。",
        "a b ",
        "dot ",
        "a dot ",
        '"',
        '"a"@',
        "#1",
        "@[",
        "#",
        "1.",
        "a:1",
        "+",
        "00.",
    ),
)


@pytest.mark.parametrize("piece", _LONG)
def test_time_grows_with_length_only(piece: str) -> None:
    """No sender chooses a text that takes long: the longest prompt of one repeated piece, and with every end."""
    scrub, _ = _scrubber()
    started = time.process_time()
    for end in ("", "@", ".com", "/x", "1234567", "!"):
        scrub.exact((piece * 4000)[:4000] + end, "unknown", "grok")
    assert time.process_time() - started < 6.0


def test_random_mixtures_never_take_long() -> None:
    chance = random.Random(7)
    scrub, _ = _scrubber()
    started = time.process_time()
    for _ in range(20):
        scrub.exact("".join(chance.choice(_LONG) for _ in range(2000))[:4000], "unknown", "grok")
    assert time.process_time() - started < 10.0
