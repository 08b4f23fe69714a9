"""Queries, bands, explanations and charts of the page Surges."""

import json
from datetime import datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import nbinom

from dashboards import ranges, theme
from dashboards.axes import Canvas
from dashboards.shared import explanation
from dashboards.surges import band
from dashboards.surges import charts as surge_charts
from dashboards.texts import names
from tests.unit.dashboards import found as made
from tests.unit.dashboards.findings.tables import HOUR, MINUTE, NOON, RANGE, FindingTables, asked, names_of, surge, uid

CANVAS = Canvas(ranges.absolute(NOON - HOUR, NOON + HOUR, 60, NOON), theme.LIGHT, NOON)


def test_the_band_of_the_whole_is_the_detectors_own() -> None:
    high = float(nbinom.ppf(0.995, 4, 4 / (4 + 10)))
    usual = band.Usual(since=NOON, until=NOON + HOUR, expected=10, low=1, high=high)
    assert band.shape(usual) == pytest.approx(4, rel=0.2)
    expected, low, top = band.per_step(usual, 3600)
    assert expected == 10
    assert (low, top) == pytest.approx((float(nbinom.ppf(0.005, 4, 4 / 14)), high), abs=1)


@given(st.floats(0, 1e5), st.floats(0, 1e5), st.integers(60, 86_400))
@settings(max_examples=60, deadline=None)
def test_the_band_always_holds_what_is_expected(expected: float, more: float, step: int) -> None:
    usual = band.Usual(since=NOON, until=NOON + HOUR, expected=expected, low=0, high=expected + more)
    per, low, high = band.per_step(usual, step)
    assert 0 <= low <= max(per, low)
    assert high >= int(per) or per < 0.01
    assert per == pytest.approx(expected * step / 3600)


def test_steps_without_events_are_zeros_and_only_the_findings_own_stand_out() -> None:
    seen = pl.DataFrame({"at": [NOON - HOUR, NOON], "events": [50, 50], "accounts": [9, 9]})
    usual = band.Usual(since=NOON, until=NOON + HOUR, expected=2, low=0, high=8)
    steps = band.steps(seen, usual, NOON - HOUR, NOON + HOUR, 1800)
    assert steps["events"].to_list() == [50, 0, 50, 0]
    assert steps["above"].to_list() == [True, False, True, False]
    assert steps["inside"].to_list() == [False, False, True, True]
    chart = surge_charts.held_against(steps, CANVAS, {"opened": NOON, "closed": None})
    data = next(rows for rows in chart.to_dict(format="vega-lite")["datasets"].values() if len(rows) == 4)
    assert [row["above"] for row in data] == [False, False, True, False]


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), st.timedeltas(timedelta(0), timedelta(days=60)))
@settings(deadline=None)
def test_what_is_drawn_around_a_finding_holds_it_in_a_readable_number_of_steps(
    opened: datetime, lasted: timedelta
) -> None:
    since, until, step = band.window(opened, opened, opened + lasted)
    assert since < opened <= opened + lasted < until
    assert (until - since) / timedelta(seconds=step) <= 400
    assert band.floor(since, step) == since


def test_the_timeline_puts_drops_below_and_surges_above_the_usual() -> None:
    rows = pl.DataFrame({
        "surge_id": ["a", "b"], "series": ["target", "drop"], "kind": ["One target", "Drop"], "label": ["x", "y"],
        "opened_at": [NOON, NOON], "closed_at": [None, NOON + HOUR], "observed": [36, 3], "expected": [0.1, 41.0], "accounts": [9, 1],
    }, schema_overrides={"closed_at": pl.Datetime("us")})  # fmt: skip
    chart = surge_charts.timeline(rows, CANVAS, names("surge_series")).to_dict(format="vega-lite")
    data = next(rows for rows in chart["datasets"].values() if len(rows) == 2)
    assert data[0]["times"] == 72, "expected below a half counts as a half"
    assert data[1]["times"] < 0.1
    assert surge_charts.timeline(rows.clear(), CANVAS, names("surge_series")).to_dict()


@pytest.mark.parametrize("text", [None, "", "{", "[]", "7", '{"parts": 3}', '{"parts": [1, {"dimension": null}, {}]}'])
def test_what_is_no_explanation_is_none(text: str | None) -> None:
    assert explanation.table(explanation.loaded(text)).is_empty()


def test_an_explanation_keeps_the_detectors_order_and_shows_what_says_something() -> None:
    table = explanation.table(explanation.loaded(json.dumps(made.explanation(36, 0.8))))
    assert explanation.dimensions(table, explanation.WHO) == ["accounts", "top_accounts"]
    assert explanation.largest(table, "accounts")["value"].to_list() == ["new", "returning"]
    alone = pl.DataFrame([{"dimension": "plan", "value": "unknown"}], schema=explanation.SCHEMA)
    assert explanation.dimensions(alone, ("plan",)) == []


def test_surges_that_overlap_the_period_newest_first_and_how_many_there_are(found: FindingTables) -> None:
    found.add("surges", surge("over before", NOON - 2 * HOUR, NOON - HOUR), surge("still open", NOON - 2 * HOUR, None),
              surge("ends inside", NOON - HOUR, NOON + MINUTE), surge("inside", NOON, NOON), surge("later", NOON + HOUR, None))  # fmt: skip
    rows = found.ask("surges_list", direction="up", **RANGE, top=2)
    assert names_of(rows, "surge_id") == ["inside", "ends inside"]
    assert rows[0]["found"] == 3
    assert names_of(found.ask("surges_list", direction="up", **RANGE, top=9), "surge_id")[-1] == "still open"
    assert found.ask("surges_list", direction="down", **RANGE, top=9) == []


def test_counts_of_surges_compare_with_the_period_before(found: FindingTables) -> None:
    found.add(
        "surges", surge("a", NOON, None), surge("b", NOON, NOON, target_id=None), surge("c", NOON - HOUR, NOON - HOUR)
    )
    found.add("drops", surge("d", NOON - 9 * HOUR, None))
    rows = found.ask("surges_counts", before=NOON - HOUR, **RANGE)
    assert rows == [
        {"finding": "surge", "opened": 2, "earlier": 1, "open_now": 1, "targets": 1, "accounts": 5},
        {"finding": "drop", "opened": 0, "earlier": 0, "open_now": 1, "targets": 0, "accounts": 0},
    ]


def test_one_finding_is_a_surge_or_a_drop_and_keeps_its_versions(found: FindingTables) -> None:
    found.add("drops", surge("d", NOON, None, version=2, explanation="{}"))
    found.add(
        "drops_versions",
        surge("d", NOON, None, version=1),
        surge("d", NOON, None, version=2),
        surge("e", NOON, None, version=1),
    )
    (row,) = found.ask("surges_one", surge_id="d")
    assert (row["finding"], row["version"], row["explanation"]) == ("drop", 2, "{}")
    assert found.ask("surges_one", surge_id="nothing") == []
    assert names_of(found.ask("surges_versions", surge_id="d"), "version") == [1, 2]


@pytest.mark.parametrize(("kind", "key", "events"), [
    ("target", None, 2), ("all", "all", 4), ("request_class", "question", 1), ("language", "fr", 1), ("generator", "other", 1),
    ("jurisdiction", "FR", 1), ("outcome", "fulfilled", 1), ("surface", "web", 1), ("plan", "paid", 1),
])  # fmt: skip
def test_a_series_is_counted_as_its_detector_does(
    found: FindingTables, kind: str, key: str | None, events: int
) -> None:
    found.add("mentions", asked(NOON, 1, 1, language="fr"), asked(NOON, 2, 1, generator="other"),
              asked(NOON, 3, 1, request_class="question"),
              asked(NOON, 4, 2, jurisdiction="FR"), asked(NOON, 5, 1, is_self=True), asked(NOON + HOUR, 6, 1))  # fmt: skip
    made = {
        "occurred_at": NOON,
        "account_id": uid(1),
        "target_id": uid(2),
        "outcome": "refused",
        "surface": "app",
        "plan": "free",
    }
    found.add("generations", made | {"outcome": "fulfilled"}, made | {"surface": "web"}, made | {"plan": "paid"},
              made | {"outcome": "fulfilled", "target_id": uid(1)})  # fmt: skip
    rows = found.ask("surges_observed", **RANGE, step_seconds=300, series_kind=kind, series_key=key, target_id=uid(1),
                     classes=["sexualising", "unknown"])  # fmt: skip
    assert [(row["at"], row["events"]) for row in rows] == [(NOON, events)]


def test_neighbours_about_the_same_target_come_first(found: FindingTables) -> None:
    found.add(
        "surges",
        surge("own", NOON, None),
        surge("other", NOON, None, target_id=uid(2), observed=99),
        surge("far", NOON - 9 * HOUR, None),
    )
    found.add("insistent_accounts", {"finding_id": "i", "target_id": uid(1), "opened_at": NOON, "requests": 4})
    found.add("clusters", {"cluster_id": "c", "accounts": 12})
    found.add("cluster_history", {"cluster_id": "c", "happened_at": NOON, "event": "grown", "detail": ""})
    found.add("cluster_targets", {"cluster_id": "c", "target_id": uid(1)})
    rows = found.ask("surges_neighbours", **RANGE, surge_id="own", target_id=uid(1), top=9)
    assert [(row["finding"], row["same_target"]) for row in rows] == [
        ("cluster", True),
        ("insistent", True),
        ("surge", False),
    ]


def test_insistent_accounts_of_a_period_or_of_one_target(found: FindingTables) -> None:
    one = {"finding_id": "a", "target_id": uid(1), "first_at": NOON - HOUR, "last_at": NOON, "requests": 3}
    found.add(
        "insistent_accounts",
        one,
        one | {"finding_id": "b", "target_id": uid(2)},
        one | {"finding_id": "c", "last_at": NOON - MINUTE},
    )
    assert len(found.ask("surges_insistent", **RANGE, target_id=None, account_id=None, top=9)) == 2
    assert names_of(found.ask("surges_insistent", **RANGE, target_id=uid(2), account_id=None, top=9), "finding_id") == [
        "b"
    ]


def test_only_the_last_ranking_of_odd_targets_counts(found: FindingTables) -> None:
    row = {"target_id": uid(1), "decided_at": NOON, "position": 2, "score": 0.5, "contributions": "{}"}
    found.add(
        "odd_targets", row, row | {"target_id": uid(2), "position": 1}, row | {"decided_at": NOON - HOUR, "position": 1}
    )
    assert names_of(found.ask("surges_odd_targets", top=9), "target_id") == [uid(2), uid(1)]
