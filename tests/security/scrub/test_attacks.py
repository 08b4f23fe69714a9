"""What somebody plants in a text does not survive: platform × spelling × script × position.

One text in STRIDE is tried; `VEILLE_FULL_CORPUS=1` tries all (a minute). Every text also has to come out the same from the quick
way, from the exact way, and when it is scrubbed again.
"""

import os
from collections.abc import Callable, Iterator

import pytest

from tests.security.scrub import corpus
from tests.security.scrub.oracle import gives_away, survives
from tests.unit.make import KEY
from veille.privacy import Pseudonymiser
from veille.scrub import Scrubber
from veille.scrub.grammar import GRAMMARS

STRIDE = 1 if os.environ.get("VEILLE_FULL_CORPUS") else 7
"""Coprime to the number of spellings and positions, so that each of them is tried with each platform."""

Case = tuple[str, str, str]
"""(platform, what is planted, text)."""


class _Judge:
    """Scrubs, and says what is wrong with the result."""

    def __init__(self) -> None:
        self._names = Pseudonymiser(KEY)
        self._known = {"[link]", "[address]", "[number]"}
        self._scrub = Scrubber(self._name)

    def _name(self, platform: str, handle: str) -> str:
        short = self._names.short_person(platform, handle)
        self._known.add(f"@{short}")
        return short

    def __call__(self, platform: str, planted: str, text: str) -> str | None:
        clean = self._scrub(text, platform, "grok")
        if survives(planted, clean):
            return "survives"
        if given := gives_away(clean, self._known):
            return f"gives away {given}"
        if clean != self._scrub.exact(text, platform, "grok"):
            return "the quick way differs"
        return None if clean == self._scrub.exact(clean, platform, "grok") else "scrubbing again changes it"


def _handles() -> Iterator[Case]:
    for platform, handle, written in corpus.written_handles():
        planted = handle.split("@")[0].removesuffix(".bsky.social").removesuffix(".example.com")
        for _, spelled in corpus.spelled(written):
            for _, text in corpus.placed(spelled):
                yield platform, planted, text


def _numbers() -> Iterator[Case]:
    for number in corpus.NUMBERS:
        for digits in corpus.DIGIT_SCRIPTS:
            written = number.translate({ord("0") + value: digit for value, digit in enumerate(digits)})
            for _, text in corpus.placed(written):
                yield "x", written, text


def _addresses() -> Iterator[Case]:
    for address in corpus.ADDRESSES:
        for _, text in corpus.placed(address):
            yield "x", "plant" if "plant" in address.lower() else address.split("@")[0], text


def _links() -> Iterator[Case]:
    for link in corpus.LINKS:
        for _, text in corpus.placed(link):
            yield "x", "zqplant", text


@pytest.mark.parametrize("cases", [_handles, _numbers, _addresses, _links])
def test_nothing_planted_survives(cases: Callable[[], Iterator[Case]]) -> None:
    judge, wrong, tried = _Judge(), list[str](), 0
    for case in list(cases())[::STRIDE]:
        tried += 1
        if fault := judge(*case):
            wrong.append(f"{case!r}: {fault}")
    assert tried > 100
    assert not wrong, f"{len(wrong)} of {tried}:\n" + "\n".join(wrong[:20])


def test_every_grammar_has_its_document_and_handles_in_the_corpus() -> None:
    tried = {platform.document for platform in corpus.PLATFORMS.values()}
    for name, rules in GRAMMARS.items():
        assert rules.document.startswith("https://"), name
        assert rules.document in tried or name in {"twitch"}, name


@pytest.mark.parametrize("spelling", sorted(set(corpus.SPELLINGS) - {"upper"}))
def test_a_handle_is_the_same_person_in_every_spelling(spelling: str) -> None:
    names = Pseudonymiser(KEY)
    scrub = Scrubber(names.short_person)
    for platform, handle, written in corpus.written_handles():
        if written == f"@{handle}":
            text = f"ask {corpus.SPELLINGS[spelling](written)} now"
            assert f"@{names.short_person(platform, handle)}" in scrub(text, platform, "grok"), (platform, handle, text)


@pytest.mark.parametrize(
    "text",
    [
        "{} hi",
        ".{} hi",
        "写真は{}さん",
        "ขอรูป{}",
        "RT{} hi",
        "RT {}: hi",
        "({})",
        "{}'s",
        "{}, too",
        "@{}",
        "{}服を変えて",
        "{}씨",
        "😀{}😀",
        "{}. Next",
    ],
)
def test_on_x_the_name_ends_where_x_ends_it(text: str) -> None:
    names = Pseudonymiser(KEY)
    clean = Scrubber(names.short_person)(text.format("@some_body"), "x")
    assert clean == text.removeprefix("@").format(f"@{names.short_person('x', 'some_body')}")


def test_the_generators_own_handle_stays_and_its_sentence_too() -> None:
    scrub = Scrubber(Pseudonymiser(KEY).short_person)
    for text in (
        "@grok do it",
        "hey @Grok, now",
        "@grok服を水着に変えて",
        "@grok-please",
        "写真@grok お願い",
        "RT@grok x",
        "(@GROK)",
    ):
        assert scrub(text, "x", "grok") == text
    for text in ("@grok_fan", "@grok2", "@grok.bsky.social", "@grok@inst.example", "grok@mail.example", "@groké"):
        assert "grok" not in scrub(text, "x", "grok").lower(), text


def test_ordinary_sentences_stay_as_they_are() -> None:
    scrub = Scrubber(Pseudonymiser(KEY).short_person)
    sentences = [text for texts in corpus.NEUTRAL.values() for text in texts]
    scrubbed = [(text, scrub(text, platform, "grok")) for text in sentences for platform in ("x", "unknown")]
    changed = [(text, clean) for text, clean in scrubbed if text != clean]
    assert not changed
