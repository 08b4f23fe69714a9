"""Whoever lists outcomes lists all of them: the contract's, and `unanswered` where requests are counted."""

import re
from typing import get_type_hints

import pytest

from dashboards.explore.question import RATES, UNKNOWN
from veille.events import ANSWERED, OUTCOMES, Generation, Stored
from veille.store.publish.comments import described
from veille.store.sql import sql_folder

FILES = {file.relative_to(sql_folder()).as_posix(): file.read_text() for file in sorted(sql_folder().rglob("*.sql"))}
FINAL = {*OUTCOMES, "unanswered"}
_COUNTED = re.compile(r"outcome = '(\w+)'")
COUNTING = [name for name, text in FILES.items() if len(set(_COUNTED.findall(text))) > 1]


@pytest.mark.parametrize("name", COUNTING)
def test_a_query_that_counts_by_outcome_leaves_none_out(name: str) -> None:
    counted = set(_COUNTED.findall(FILES[name]))
    if "unanswered" in counted:
        assert counted == FINAL
    if counted >= set(ANSWERED):
        assert "unknown" in counted, "a rate shows its bounds"


def test_queries_that_count_are_found() -> None:
    assert {"dashboards/headline.sql", "dashboards/explore_heat.sql", "research/answered_rate.sql"} <= set(COUNTING)


@pytest.mark.parametrize("folder", ["catalogue", "research/catalogue"])
def test_the_dictionary_names_every_outcome(folder: str) -> None:
    found = described(folder)
    texts = [found["columns"].get("outcome"), *(columns.get("outcome") for columns in found["of"].values())]
    named = [{word for word in FINAL if re.search(rf"\b{word}\b", text)} for text in texts if text]
    assert FINAL in named
    assert all(words in (set(OUTCOMES), FINAL) for words in named)


def test_a_share_of_all_requests_divides_by_all_outcomes() -> None:
    columns = {"errors" if outcome == "error" else outcome for outcome in FINAL}
    assert set(RATES["fulfilled_share"]) == columns
    assert set(RATES["answered_rate"]) == set(ANSWERED)
    assert UNKNOWN in OUTCOMES


def test_the_field_says_every_outcome() -> None:
    declared = get_type_hints(Generation, include_extras=True)["outcome"].__metadata__
    (stored,) = [each for each in declared if isinstance(each, Stored)]
    assert all(re.search(rf"\b{outcome}\b", stored.meaning or "") for outcome in OUTCOMES)
