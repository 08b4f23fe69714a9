"""Both catalogues hold the same texts, with the same placeholders, and every text is used."""

import re
from datetime import datetime
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from dashboards import texts, words
from dashboards.texts import catalogue, names, speaking, t

SOURCES = [path.read_text(encoding="utf-8") for path in Path(texts.__file__).parents[1].rglob("*.py")]
LITERALS = set(re.findall(r'"([a-z_0-9]+\.[a-z_0-9]+)"', "\n".join(SOURCES))) | set(
    re.findall(r"'([a-z_0-9]+\.[a-z_0-9]+)'", "\n".join(SOURCES))
)
SECTIONS = set(re.findall(r'names\("([a-z_]+)"\)', "\n".join(SOURCES))) | set(
    re.findall(r"""t\(f["']([a-z_]+)\.\{""", "\n".join(SOURCES))
)
PATTERNS = [re.compile(re.sub(r"\{.*?\}", "[a-z_0-9]+", found) + r"\Z") for found in
            re.findall(r"""t\(f["']([a-z_]+\.[a-z_]*\{[a-z_.]+\}[a-z_]*)["']""", "\n".join(SOURCES))]  # fmt: skip


def leaves(language: str) -> dict[str, Any]:
    return {
        f"{section}.{key}": text for section, keys in catalogue(language).items() for key, text in keys.items()
    }  # fmt: skip


VARIANTS = ("in_history", "without_classes")


def placeholders(text: Any) -> set[str]:
    parts = text.values() if isinstance(text, dict) else [text]
    return {name for part in parts for _, name, _, _ in Formatter().parse(part) if name}


def test_both_languages_have_the_same_texts_in_the_same_order() -> None:
    assert list(leaves("fr")) == list(leaves("en"))


def test_a_text_has_the_same_placeholders_in_both() -> None:
    other = leaves("fr")
    assert [key for key, text in leaves("en").items() if placeholders(text) != placeholders(other[key])] == []


def test_every_text_is_used() -> None:
    def used(key: str) -> bool:
        return (
            key in LITERALS
            or key.split(".", maxsplit=1)[0] in SECTIONS
            or any(pattern.match(key) for pattern in PATTERNS)
        )

    assert [key for key in leaves("en") if key.split(".")[0] not in VARIANTS and not used(key)] == []


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_text_that_replaces_another_is_of_its_kind(variant: str) -> None:
    every, own = leaves("en"), catalogue("en")[variant]
    assert [key for key in own if key not in every] == []
    assert [key for key, text in own.items() if not placeholders(text) <= placeholders(every[key])] == []
    assert [key for key, text in own.items() if text == every[key]] == []


def test_every_text_that_is_asked_for_is_there() -> None:
    asked = set(re.findall(r"""\bt\(["']([a-z_0-9]+\.[a-z_0-9]+)["']""", "\n".join(SOURCES)))
    assert asked - set(leaves("en")) == set()


def test_numbers_and_times_are_written_as_the_language_does() -> None:
    assert t("feed.files_note", size="2 MB", n=12345) == "2 MB in 12,345 files."
    assert words.minute(datetime(2026, 2, 3, 4, 5)) == "03 Feb 2026, 04:05"
    with speaking("fr"):
        assert t("feed.files_note", size="2 Mo", n=12345) == "2 Mo dans 12\u202f345 fichiers."
        assert words.minute(datetime(2026, 2, 3, 4, 5)) == "03 févr. 2026, 04:05"
        assert (words.percent(0.1234), words.size(1_250)) == ("12,3 %", "1,2 ko")


@pytest.mark.parametrize(("language", "n", "text"), [
    ("en", 0, "0 days"), ("en", 1, "1 day"), ("en", 2, "2 days"),
    ("fr", 0, "0 jour"), ("fr", 1, "1 jour"), ("fr", 2, "2 jours"),
])  # fmt: skip
def test_plurals_follow_the_language(language: str, n: int, text: str) -> None:
    with speaking(language):
        assert t("words.days", n=n) == text


def test_values_in_braces_stay_what_they_are() -> None:
    assert t("states.wrong_setting", error="{now.title}") == "Invalid setting: {now.title}"


def test_every_language_of_the_choice_has_a_catalogue() -> None:
    assert [catalogue(language)["menu"]["now"] for language in texts.LANGUAGES] == ["Now", "Maintenant"]
    assert next(iter(names("outcomes"))) == "fulfilled"
