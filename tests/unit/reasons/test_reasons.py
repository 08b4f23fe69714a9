"""The catalogue of reasons: each code has words in each language, and each place that gives a reason names its facts."""

import ast
import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from veille.access import ROLES
from veille.config import RULES
from veille.config.rules import RotaName
from veille.errors import VeilleError
from veille.incidents.model import DISPOSITIONS, RECIPIENTS, SEVERITIES, FindingKind, State
from veille.incidents.state_machine import EVENTS
from veille.reasons import LANGUAGES, Reason, names, reason, reason_of, stored, told
from veille.reasons.words import NAMES, templates

ROOT = Path(__file__).parents[3]
CODES = sorted(templates("en"))
ODD: tuple[object, ...] = (None, True, -1, 10**40, float("nan"), 0.25, "", "{x}", "{0.__class__}", [], {}, "é")


def placeholders(code: str, language: str) -> set[str]:
    return {str(name) for text in templates(language)[code] for _, name, _, _ in Formatter().parse(text) if name}


def given() -> Iterator[tuple[str, str, set[str]]]:
    """Place, code and names of the facts of each call of `reason` in the sources."""
    for file in [*(ROOT / "pipelines/veille").rglob("*.py"), *(ROOT / "dashboards").rglob("*.py")]:
        text = file.read_text(encoding="utf-8")
        if "veille.reasons import" not in text:
            continue
        tree = ast.parse(text)
        called = {
            each.asname or each.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "veille.reasons"
            for each in node.names
            if each.name == "reason"
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in called:
                code = node.args[0]
                place = f"{file.relative_to(ROOT)}:{node.lineno}"
                assert isinstance(code, ast.Constant), f"{place}: a code stands in the text of the program"
                assert len(node.args) == 1, place
                yield place, str(code.value), {str(keyword.arg) for keyword in node.keywords}


def test_every_language_has_the_same_codes_facts_and_parts() -> None:
    for language in LANGUAGES:
        assert sorted(templates(language)) == CODES, language
        for code in CODES:
            assert placeholders(code, language) == placeholders(code, "en"), (language, code)
            assert bool(templates(language)[code][1]) == bool(templates("en")[code][1]), (language, code)


def test_french_is_not_english() -> None:
    """A text of placeholders alone has no language; the names that it is made of have."""
    same = [code for code in CODES if templates("fr")[code] == templates("en")[code]]
    assert [code for code in same if any(letters(text) for text in templates("en")[code])] == []


def letters(text: str) -> bool:
    return any(c.isalpha() for plain, _, _, _ in Formatter().parse(text) for c in plain)


def test_every_language_names_the_same_values() -> None:
    for section in set(NAMES.values()):
        assert list(names(section, "fr")) == list(names(section, "en")), section
    english = names("acts", "en") | names("rules", "en")
    assert [
        value for value, name in english.items() if name in {**names("acts", "fr"), **names("rules", "fr")}.values()
    ] == []


def test_what_a_fact_can_be_has_a_name_in_every_language() -> None:
    words: dict[str, Iterable[str]] = {
        "names": {*ROLES, *SEVERITIES, *DISPOSITIONS, *RECIPIENTS, *get_args(State), *get_args(RotaName)},
        "acts": set(EVENTS) - {"opened"},
        "events": set(EVENTS),
        "findings": get_args(FindingKind),
        "rules": set(RULES),
    }
    for section, wanted in words.items():
        for language in LANGUAGES:
            assert set(wanted) - set(names(section, language)) == set(), (section, language)


def test_each_place_names_a_code_with_exactly_its_facts_and_no_code_is_unused() -> None:
    calls = list(given())
    assert [(place, code) for place, code, _ in calls if code not in CODES] == []
    assert [(place, code, facts) for place, code, facts in calls if facts != placeholders(code, "en")] == []
    assert sorted({code for _, code, _ in calls}) == CODES


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_made_of_any_facts_that_a_record_may_hold(language: str) -> None:
    chance = random.Random(7)
    for code in [*CODES, "gone.code", "{", ""]:
        names = sorted(placeholders(code, "en")) if code in CODES else ["n"]
        for _ in range(20):
            facts = {name: chance.choice(ODD) for name in names if chance.random() < 0.8}
            why = reason_of({"code": code, "facts": {**facts, "more": 1}})
            assert why is not None
            assert isinstance(why.words(language), str)


def test_a_reason_is_read_as_it_was_stored_and_a_sentence_stays_one() -> None:
    for code in CODES:
        why = Reason(code, dict.fromkeys(placeholders(code, "en"), 12))
        assert reason_of(stored(why)) == reason_of(why.as_dict()) == why
        assert told(stored(why), "fr") == why.words("fr")
    for text in ("", "quiet since its last activity", "{not json", '{"a": 1}', "[1]", None, 3):
        assert reason_of(text) is None
        assert told(text) == str(text or "")


def test_numbers_are_written_as_the_language_does() -> None:
    why = reason("query.too_long", most=100_000, found=100_001)
    assert str(why) == "a query is limited to 100,000 characters; this one has 100,001"
    assert why.words("fr") == "une requête peut avoir 100\u202f000 caractères ; celle-ci en a 100\u202f001"


def test_an_unknown_code_is_refused_where_it_is_given() -> None:
    with pytest.raises(KeyError):
        reason("query.nothing")


def test_an_error_of_a_reason_has_its_english_cause_and_cure() -> None:
    error = VeilleError(reason("query.no_data", folder="data"))
    assert (error.cause, error.cure) == ("there are no data in data", "check --data-dir, or start `veille run`")
    assert str(error) == str(error.reason)
