"""The data dictionary: every published column documented, the committed page current."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from veille.research.dictionary import (
    Dictionary,
    DictionaryEntry,
    read,
    split_comment,
    to_markdown,
    undocumented,
    unit_of,
)
from veille.store.empty import publish_nothing

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def dictionary(tmp_path_factory: pytest.TempPathFactory) -> Dictionary:
    return read(publish_nothing(tmp_path_factory.mktemp("nothing"), datetime(2026, 1, 20, tzinfo=UTC)))


def test_every_published_column_and_relation_has_a_comment(dictionary: Dictionary) -> None:
    assert undocumented(dictionary) == []


def test_both_catalogues_are_described(dictionary: Dictionary) -> None:
    assert {"mentions", "exchanges", "status", "surges"} <= {
        e.relation for e in dictionary.entries if e.catalogue == "analyst"
    }
    assert {"exchanges", "coverage", "targets"} <= {e.relation for e in dictionary.entries if e.catalogue == "research"}


def test_the_committed_page_is_current(dictionary: Dictionary) -> None:
    """Where this fails: veille dictionary --data-dir /nowhere --out docs/dictionary.md"""
    assert (ROOT / "docs/dictionary.md").read_text(encoding="utf-8") == to_markdown(dictionary)


def test_another_word_is_another_version(dictionary: Dictionary) -> None:
    first, *rest = dictionary.entries
    other = DictionaryEntry(
        catalogue=first.catalogue,
        relation=first.relation,
        name=first.name,
        type=first.type,
        unit=first.unit,
        meaning=f"{first.meaning}!",
        definition=first.definition,
    )
    assert Dictionary((other, *rest), dictionary.relations).version != dictionary.version
    assert Dictionary(dictionary.entries, dictionary.relations).version == dictionary.version


def test_meaning_is_the_first_sentence() -> None:
    assert split_comment("Text of the request. Show only on request.") == (
        "Text of the request.",
        "Show only on request.",
    )
    assert split_comment("How it is known: tagged or depicted.") == ("How it is known: tagged or depicted.", "")
    assert split_comment("") == ("", "")


@pytest.mark.parametrize(
    ("name", "kind", "unit"),
    [
        ("occurred_at", "TIMESTAMP", "UTC"),
        ("requests", "BIGINT", "count"),
        ("seconds_to_answer", "DOUBLE", "seconds"),
        ("sampling_probability", "DOUBLE", "0 to 1"),
        ("schema_version", "INTEGER", ""),
        ("account_id", "UUID", ""),
    ],
)
def test_units(name: str, kind: str, unit: str) -> None:
    assert unit_of(name, kind) == unit
