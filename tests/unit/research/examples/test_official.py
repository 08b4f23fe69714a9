"""A platform's own figures at a date, against all other dates."""

import math
import random
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from tests.unit.research.conftest import Tables

START, MEASURE = date(2025, 9, 1), date(2025, 12, 29)
NEW, OLD = "STATEMENT_CATEGORY_CYBER_VIOLENCE", "STATEMENT_CATEGORY_NON_CONSENSUAL_BEHAVIOUR"


def filed(day: date, statements: int, category: str = NEW) -> list[dict[str, Any]]:
    row = {"day": day, "platform": "X", "source": "daily counts", "known_at": datetime(2026, 2, 1)}
    return [
        row | {"breakdown": "total", "value": None, "statements": statements + 50},
        row | {"breakdown": "category", "value": category, "statements": statements},
        row | {"breakdown": "category", "value": "STATEMENT_CATEGORY_VIOLENCE", "statements": 50},
    ]


def series(days: int, seed: int = 1) -> dict[date, int]:
    chance = random.Random(seed)
    return {START + timedelta(number): 60 + chance.randrange(40) for number in range(days)}


def ask(tables: Tables, counts: dict[date, int], at: date, days: int, **more: Any) -> list[dict[str, Any]]:
    tables.add("official_statements", *(row for day, count in counts.items() for row in filed(day, count)))
    return tables.ask("official_change", measure_at=at.isoformat(), days=str(days), **more)


def shift(counts: dict[date, int], at: date, width: int) -> tuple[float, set[date]] | None:
    """The change at a date by the definition, and its days; None where one is missing."""
    back = 7 if width < 7 else 8
    after = [at + timedelta(number) for number in range(width)]
    before = [at + timedelta(number - back) for number in range(width)]
    if not {*after, *before} <= set(counts):
        return None
    ratio = (sum(counts[day] for day in after) + 0.5) / (sum(counts[day] for day in before) + 0.5)
    return math.log(ratio), {*after, *before}


@pytest.mark.parametrize("width", [1, 2, 7])
def test_the_figures_are_those_of_the_definition(tables: Tables, width: int) -> None:
    counts = series(140)
    counts = {day: count * 3 if day >= MEASURE else count for day, count in counts.items()}
    del counts[date(2025, 10, 3)]
    first, *others = ask(tables, counts, MEASURE, width)
    measured = shift(counts, MEASURE, width)
    assert measured is not None
    found = {day: one for day in counts if (one := shift(counts, day, width)) and not one[1] & measured[1]}
    deltas = np.array([delta for delta, _ in found.values()])
    assert {row["day"] for row in others if row["role"] == "placebo"} == set(found)
    assert first["role"] == "measure"
    assert first["ratio"] == pytest.approx(math.exp(measured[0]))
    assert first["p_value"] == pytest.approx((1 + (abs(deltas) >= abs(measured[0])).sum()) / (1 + len(deltas)))
    assert first["ratio_low"] == pytest.approx(math.exp(measured[0] - np.quantile(deltas, 0.975)))
    assert first["ratio_high"] == pytest.approx(math.exp(measured[0] - np.quantile(deltas, 0.025)))
    days = set().union(*(days for _, days in found.values()))
    assert first["disjoint_windows"] == len(days) // (2 * width)
    assert first["smallest_p"] == pytest.approx(1 / (1 + first["disjoint_windows"]))


def test_a_category_that_begins_is_a_change_of_taxonomy_and_no_surge(tables: Tables) -> None:
    """Old names end, two weeks without statements, then new names: the first days are neither a measure nor a placebo."""
    begins = START + timedelta(60)
    old = [row for number in range(46) for row in filed(START + timedelta(number), 80, OLD)]
    tables.add("official_statements", *old)
    counts = {begins + timedelta(number): 80 + number % 5 for number in range(70)}
    first, *others = ask(tables, counts, begins, 2)
    assert (first["why"], first["ratio"], first["p_value"]) == ("taxonomy_changed", None, None)
    assert all(row["role"] == "left_out" for row in others)
    late = tables.ask("official_change", measure_at=(begins + timedelta(40)).isoformat(), days="2")
    assert late[0]["why"] is None
    assert min(row["day"] for row in late if row["role"] == "placebo") == begins + timedelta(7)


@pytest.mark.parametrize(
    ("days", "at", "why"), [(140, 139, "missing_days"), (140, 300, "missing_days"), (24, 15, "too_few_dates")]
)
def test_refused_with_the_reason(tables: Tables, days: int, at: int, why: str) -> None:
    first = ask(tables, series(days), START + timedelta(at), 2)[0]
    assert (first["role"], first["why"], first["p_value"], first["ratio"]) == ("measure", why, None, None)


def test_another_platform_and_a_later_load_are_kept_apart(tables: Tables) -> None:
    counts = series(140)
    later = [row | {"known_at": datetime(2026, 3, 1)} for row in filed(MEASURE, 1000)]
    other = [row | {"platform": "Y"} for row in filed(MEASURE, 5)]
    tables.add("official_statements", *later, *other)
    first = ask(tables, counts, MEASURE, 1)[0]
    assert first["after"] == 1000
