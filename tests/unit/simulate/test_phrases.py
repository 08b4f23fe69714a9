"""What simulated prompts say comes from the closed, mild phrase list and from nowhere else."""

import re

import pytest

from veille.simulate import Simulation
from veille.simulate.assumptions import FAMILIES, LANGUAGES
from veille.simulate.phrases import KINDS, phrases, table

# Every word that an English phrase may use. A new word is a decision: keep it mild and abstract.
ENGLISH_WORDS = {
    "a", "about", "add", "adjust", "another", "apply", "around", "as", "at", "background", "beach", "beachwear",
    "before", "behind", "body", "brighten", "change", "clothes", "do", "does", "drawing", "edit", "explain",
    "expression", "fabric", "face", "first", "for", "from", "fully", "further", "give", "glossy", "good", "hat",
    "in", "into", "is", "it", "joke", "last", "latex", "leotard", "less", "look", "make", "me", "mean", "mild",
    "more", "morning", "now", "of", "one", "or", "outfit", "party", "people", "person", "photo", "pose", "post",
    "proportions", "put", "remove", "replace", "replacement", "sad", "said", "same", "shape", "sheer", "show",
    "size", "smaller", "step", "summarise", "summer", "swap", "swimsuit", "swimwear", "take", "tell", "than",
    "the", "think", "thinner", "this", "thread", "to", "true", "try", "turn", "two-piece", "uniform", "upset",
    "use", "wear", "wet", "what", "who", "with", "without", "work", "you",
}  # fmt: skip


def test_english_words_are_from_the_closed_list() -> None:
    used = {word for kind in KINDS for phrase in phrases("en", kind) for word in re.findall(r"[\w-]+", phrase)}
    assert used <= ENGLISH_WORDS, used - ENGLISH_WORDS


def test_all_families_and_languages_have_phrases() -> None:
    assert len(FAMILIES) == 8
    for language in LANGUAGES:
        for kind in KINDS:
            assert all(0 < len(phrase) <= 60 for phrase in phrases(language, kind))


@pytest.mark.slow
def test_prompts_are_from_the_table_plus_a_handle_or_a_link(winter: Simulation) -> None:
    known = set(table()[0])
    extra = re.compile(r" @(?:creator|user)_[0-9a-z]{6}$| https://example\.org/status/\d+$")
    said = winter.mentions["prompt"].unique().to_list()
    assert {extra.sub("", prompt) for prompt in said} <= known
    assert any("@creator_" in prompt for prompt in said)
    assert any("https://example.org/" in prompt for prompt in said)


def test_handles_are_synthetic(winter: Simulation) -> None:
    assert winter.mentions["account_id"].str.contains(r"^user_[0-9a-z]{6}$").all()
    assert winter.mentions["target_id"].drop_nulls().str.contains(r"^(?:creator|user)_[0-9a-z]{6}$").all()
    accounts = winter.mentions.select("account_id", "account_created_at").unique()
    assert accounts["account_id"].n_unique() == len(accounts)
