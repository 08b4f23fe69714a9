"""All examples: complete headers, values bound, and run on the catalogues that they name."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.dashboards.published import history, publish
from veille.config import Research
from veille.privacy import Key
from veille.research.errors import ResearchError
from veille.research.examples import Example, bind, example, examples, parse
from veille.research.examples.binding import guess
from veille.store.publish.research import ResearchPublisher
from veille.store.reader import Reader

pytestmark = pytest.mark.slow

UNTIL = datetime(2026, 1, 12, tzinfo=UTC)
ALL = [each.name for each in examples()]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both catalogues, of three days."""
    folder = publish(tmp_path_factory.mktemp("examples") / "data", history(72, UNTIL)) / "published"
    work = folder.parent / "work"
    ResearchPublisher(folder / "analyst", folder / "research", work, Research(), Key(bytes(32))).publish(
        datetime(2026, 3, 1)
    )
    return folder


def test_there_are_at_least_fifteen() -> None:
    assert len(ALL) >= 15


@pytest.mark.parametrize("name", ALL)
def test_the_header_says_all_that_a_reader_must_know(name: str) -> None:
    each = example(name)
    assert each.question.endswith("?")
    assert all((each.method, each.caveats, each.grain, each.columns, each.catalogues))
    assert re.search(r"\bORDER BY\b[^)]*(\([^)]*\)[^)]*)*\Z", each.sql)


@pytest.mark.parametrize(
    ("name", "catalogue"), [(each.name, catalogue) for each in examples() for catalogue in each.catalogues]
)
def test_it_runs_with_its_defaults_and_gives_its_columns(name: str, catalogue: str, published: Path) -> None:
    each = example(name)
    given = {p.name: "2026-01-09" for p in each.parameters if p.default is None}
    given |= {"until": "2026-01-12"} if "until" in given else {}
    values = bind(each.parameters, given)
    frame = Reader(published / catalogue, threads=1).query(each.sql, values)
    assert frame.columns == [column.name for column in each.columns]
    assert Reader(published / catalogue, threads=2).query(each.sql, values).equals(frame)


@pytest.mark.parametrize(
    "name", [name for name in ALL if "request_class" in {p.name for p in example(name).parameters}]
)
def test_every_headline_names_its_class_and_leaves_oneself_out(name: str) -> None:
    each = example(name)
    assert next(p.default for p in each.parameters if p.name == "request_class") == "sexualising"
    assert re.search(r"NOT (asked\.|requests_hour\.)?is_self", each.sql)


def test_similar_names_are_offered() -> None:
    with pytest.raises(ResearchError, match=r"did you mean .*answered_rate"):
        example("answer_rate")


def made(header: str) -> Example:
    return parse("test", f"-- Question: What?\n-- Parameters: {header}\nSELECT 1")


def test_entries_of_a_header() -> None:
    each = made(
        "$since, $until (TIMESTAMP, UTC): hours in [since, until); $days (BIGINT) = 30: so many;\n--   $seen (TIMESTAMP) = null."
    )
    assert [(p.name, p.type, p.unit, p.default, p.meaning) for p in each.parameters] == [
        ("since", "TIMESTAMP", "UTC", None, "hours in [since, until)"),
        ("until", "TIMESTAMP", "UTC", None, "hours in [since, until)"),
        ("days", "BIGINT", "", "30", "so many"),
        ("seen", "TIMESTAMP", "", "null", ""),
    ]
    with pytest.raises(ResearchError, match="is not"):
        made("days BIGINT")


def test_values_are_bound_by_type() -> None:
    each = made(
        "$at (TIMESTAMP, UTC); $n (BIGINT) = 3; $x (DOUBLE) = 0.5; $yes (BOOLEAN) = true; $word (VARCHAR) = a b; $none (TIMESTAMP) = null."
    )
    assert bind(each.parameters, {"at": "2026-01-05T12:00:00+02:00", "yes": "False"}) == {
        "at": datetime(2026, 1, 5, 10), "n": 3, "x": 0.5, "yes": False, "word": "a b", "none": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "at .* is required: --param at=VALUE"),
        ({"at": "yesterday"}, "at=yesterday is not a time"),
        ({"at": "2026-01-05", "n": "many"}, "n=many is not a whole number"),
        ({"at": "2026-01-05", "m": "1"}, "unknown parameter m; this query has: at, n"),
    ],
)
def test_what_cannot_be_bound_is_named(given: dict[str, str | None], message: str) -> None:
    with pytest.raises(ResearchError, match=message):
        bind(made("$at (TIMESTAMP, UTC); $n (BIGINT) = 3.").parameters, given)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"since": "2026-01-06", "until": "2026-01-05"}, "is not before until"),
        ({"since": "2026-01-05", "until": "2026-01-05"}, "is not before until"),
        ({"request_class": "sexualizing"}, "is not a class; it takes one of: sexualising"),
        ({"days": "0"}, "days=0 is out of range: it takes from 1"),
        ({"x": "1.5"}, "x=1.5 is out of range: it takes 0 to 1"),
        ({"x": "nan"}, "out of range"),
    ],
)
def test_a_value_that_selects_nothing_is_refused(given: dict[str, str | None], message: str) -> None:
    header = (
        "$since, $until (TIMESTAMP, UTC); $request_class (VARCHAR) = sexualising; $days (BIGINT, from 1) = 7; "
        "$x (DOUBLE, 0 to 1) = 0.5."
    )
    with pytest.raises(ResearchError, match=message):
        bind(made(header).parameters, {"since": "2026-01-05", "until": "2026-01-06"} | given)


def test_every_number_that_a_question_takes_states_its_range() -> None:
    numbers = [p for each in examples() for p in each.parameters if p.type in ("BIGINT", "DOUBLE")]
    assert numbers
    assert all(p.unit for p in numbers)


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.datetimes(min_value=datetime(1900, 1, 1)))
def test_guessing_reads_back_what_was_written(value: float | datetime) -> None:
    assert guess(value.isoformat() if isinstance(value, datetime) else repr(value)) == value
