from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from dashboards import headlines, ranges
from dashboards.data import QueryRows

NOON = datetime(2026, 1, 10, 12)
SPAN = ranges.absolute(NOON - timedelta(hours=1), NOON, 60, NOON)
EMPTY = {"requests": 0, "fulfilled": 0, "partial": 0, "refused": 0, "errors": 0, "unknown": 0, "unanswered": 0, "self_requests": 0,
         "answered_rate": None, "low": None, "high": None, "rate_min": None, "rate_max": None}  # fmt: skip


TWO, THREE = ({"targets": n, "low": n, "high": n} for n in (2, 3))
PAIRS = QueryRows(
    pl.DataFrame({"pair": [0, 1, 2], "before": [20, 40, 20], "now": [30, 45, 25]}),
    "dashboards/headline_pairs",
    {},
    NOON,
)


def answer(name: str, before: dict[str, Any], now: dict[str, Any]) -> QueryRows:
    rows = pl.DataFrame([{"period": "before", **before}, {"period": "now", **now}], infer_schema_length=None)
    return QueryRows(rows, f"dashboards/{name}", {"since": NOON, "one_in": 1}, NOON)


def test_requests_say_their_class_and_their_change() -> None:
    tile = headlines.requests(
        answer("headline", EMPTY | {"requests": 80}, EMPTY | {"requests": 100, "self_requests": 3}),
        PAIRS,
        "sexualising",
        SPAN,
        compared=True,
    )
    assert tile.interval == "95 %: -7 % to +68 %"
    assert (tile.label, tile.value, tile.delta) == ("Sexualising requests", "100", "+25.0 %")
    assert "excluded: 3" in tile.note
    assert "80 in the same hours of the previous period" in tile.basis


def test_no_change_is_claimed_where_data_do_not_reach_back() -> None:
    tile = headlines.requests(
        answer("headline", EMPTY | {"requests": 80}, EMPTY | {"requests": 100}), PAIRS, None, SPAN, compared=False
    )
    assert (tile.delta, tile.no_delta) == (None, "no full previous period")
    nothing = headlines.requests(answer("headline", EMPTY, EMPTY | {"requests": 1}), PAIRS, None, SPAN, compared=True)
    assert (nothing.delta, nothing.no_delta) == (None, "none in the previous period")


def test_the_answered_rate_shows_interval_and_what_stands_apart() -> None:
    now = EMPTY | {
        "fulfilled": 3,
        "partial": 1,
        "refused": 6,
        "errors": 7,
        "unanswered": 8,
        "answered_rate": 0.3,
        "low": 0.108,
        "high": 0.603,
    }
    before = EMPTY | {"fulfilled": 1, "refused": 1, "answered_rate": 0.5, "low": 0.095, "high": 0.905}
    tile = headlines.answered_rate(answer("headline", before, now), "sexualising", SPAN, compared=True)
    assert (tile.value, tile.delta) == ("30.0 %", "-20.0 points")
    assert tile.note == "95 % interval 10.8 % to 60.3 %. Partial 1 · errors 7 · not judged 0 · unanswered 8."
    assert "n = 10: 3 fulfilled, 1 partial, 6 refused" in tile.basis
    assert "Before: 50.0 % (n = 2, 9.5 % to 90.5 %)" in tile.basis


def test_answers_that_nobody_has_judged_give_the_rate_bounds() -> None:
    now = EMPTY | {"fulfilled": 1, "refused": 3, "unknown": 4, "answered_rate": 0.25, "low": 0.04, "high": 0.7}
    tile = headlines.answered_rate(
        answer("headline", EMPTY, now | {"rate_min": 0.125, "rate_max": 0.625}), None, SPAN, compared=False
    )
    assert tile.value == "25.0 %"
    assert "not judged 4" in tile.note
    assert tile.note.endswith("If none or all of those not judged were fulfilled: 12.5 % to 62.5 %.")


def test_a_rate_of_nothing_is_a_dash() -> None:
    tile = headlines.answered_rate(answer("headline", EMPTY, EMPTY), "sexualising", SPAN, compared=True)
    assert (tile.value, tile.delta) == ("–", None)
    assert "no answers yet" in tile.note


def test_images_and_targets_name_what_they_count() -> None:
    made = {"images": 10, "partial": 1, "sexualised": 5, "linked": 4, "videos": 2}
    tile = headlines.images(answer("production", made | {"images": 20}, made), SPAN, compared=True)
    assert (tile.label, tile.delta) == ("Images produced, all classes", "-50.0 %")
    assert "Declared sexualised 5 (50.0 %)" in tile.note
    people = headlines.targets(answer("targets", TWO, THREE), "other_edit", SPAN, compared=True)
    assert (people.label, people.value, people.delta) == ("Targets, other edit requests", "3", "+50.0 %")


def test_a_tile_carries_the_query_it_rests_on() -> None:
    sql = (Path(__file__).resolve().parents[3] / "sql/dashboards/targets.sql").read_text(encoding="utf-8")
    assert answer("targets", TWO, THREE).sql == sql


def test_no_change_is_neither_better_nor_worse() -> None:
    same = headlines.targets(answer("targets", THREE, THREE), None, SPAN, compared=True)
    assert same.delta == "no change"
