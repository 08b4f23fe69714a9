"""Few rows in, exact rows out: requests and their answers."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest

from tests.unit.research.conftest import Tables

DAY = datetime(2026, 1, 5)
SPAN = {"since": "2026-01-05", "until": "2026-01-06"}


def near(value: float) -> Any:
    return pytest.approx(value, abs=1e-6)


def wilson(positive: int, total: int) -> tuple[Any, Any]:
    found = binomtest(positive, total).proportion_ci(method="wilson")
    return near(found.low), near(found.high)


def asked(name: str, minute: float = 0, **columns: Any) -> dict[str, Any]:
    return {"event_id": name, "occurred_at": DAY + timedelta(minutes=minute), **columns}


def answer(name: str, outcome: str = "fulfilled", minute: float = 1) -> dict[str, Any]:
    at = DAY + timedelta(minutes=minute)
    return {"event_id": f"{name}{minute}{outcome}", "mention_id": name, "outcome": outcome, "occurred_at": at}


def test_the_window_of_reuters(tables: Tables) -> None:
    """102 requests, 21 met in full and 7 in part: 20.6 %, Wilson 13.9 to 29.4, as published."""
    tables.watch(DAY + timedelta(days=5))
    tables.add("mentions", *(asked(f"m{n}", n / 11) for n in range(102)))
    tables.add(
        "mentions",
        asked("before", -1),
        asked("after", 10),
        asked("own", 1, is_self=True),
        asked("q", 1, request_class="question"),
    )
    tables.add("generations", *(answer(f"m{n}", minute=n / 11 + 1) for n in range(21)))
    tables.add(
        "generations", *(answer(f"m{n}", "partial", n / 11 + 1) for n in range(20, 28)), answer("m50", "refused")
    )
    tables.add("generations", answer("m60", minute=60 * 24 + 30))
    (row,) = tables.ask("request_rate_window", since="2026-01-05")
    assert tuple(row.values()) == (102, 21, 7, 0, 74, 0, round(21 / 102, 6), *wilson(21, 102), round(21 / 102, 6))
    assert (round(row["low"], 3), round(row["high"], 3)) == (0.139, 0.294)


def test_a_request_whose_time_has_not_passed_is_pending(tables: Tables) -> None:
    tables.watch(DAY + timedelta(hours=24, minutes=1))
    tables.add("mentions", asked("early", 0), asked("late", 5), asked("late and met", 6))
    tables.add("generations", answer("late and met", minute=7))
    assert tables.ask("request_rate_window", since="2026-01-05")[0]["pending"] == 1


def test_answered_rate_leaves_out_errors_and_silence(tables: Tables) -> None:
    outcomes = ["fulfilled"] * 3 + ["partial"] + ["refused"] * 6 + ["error"] * 2
    tables.add(
        "mentions",
        *(asked(f"m{n}", target_id=f"t{n % 4}", generator="grok") for n in range(14)),
        asked("own", is_self=True),
    )
    tables.add("mentions", asked("elsewhere", target_id=None))
    tables.add("generations", *(answer(f"m{n}", outcome) for n, outcome in enumerate(outcomes)))
    grok, unknown = tables.ask("answered_rate", **SPAN)
    assert tuple(grok.values()) == (
        "grok",
        14,
        3,
        1,
        6,
        2,
        0,
        2,
        4,
        0.3,
        None,
        None,
        0.3,
        0.3,
    )  # no interval under 8 targets
    assert tuple(unknown.values()) == ("unknown", 1, 0, 0, 0, 0, 0, 1, 1, None, None, None, None, None)


def test_unknown_answers_widen_every_rate_to_bounds(tables: Tables) -> None:
    tables.watch(DAY + timedelta(days=3))
    outcomes = ["fulfilled", "refused", "unknown", "unknown"]
    tables.add("mentions", *(asked(f"m{n}", target_id=f"t{n}") for n in range(5)))
    tables.add("generations", *(answer(f"m{n}", outcome) for n, outcome in enumerate(outcomes)))
    tables.add("generations", answer("m0", "unknown", 4), answer("m1", "unknown", 4))  # they are judged already
    (row,) = tables.ask("answered_rate", **SPAN)
    assert [row[name] for name in ("fulfilled", "refused", "unknown", "unanswered")] == [1, 1, 2, 1]
    assert (row["answered_rate"], row["rate_min"], row["rate_max"]) == (0.5, 0.25, 0.75)
    assert {each["rate_max"] for each in tables.ask("request_rate", **SPAN)} == {0.6}
    assert {(each["fulfilled"], each["unknown"]) for each in tables.ask("request_rate", **SPAN)} == {(1, 2)}
    (window,) = tables.ask("request_rate_window", since="2026-01-05")
    assert [window[name] for name in ("fulfilled", "partly", "unknown", "not_met")] == [1, 0, 2, 2]
    assert (window["request_rate"], window["rate_max"]) == (0.2, 0.6)
    _, before, _ = tables.ask("policy_change", policy_at="2026-01-06", days="1")
    assert (before["unknown"], before["answered_rate"], before["rate_low"], before["rate_high"]) == (
        2,
        None,
        0.25,
        0.75,
    )
    (language,) = tables.ask("language_mix", **SPAN)
    assert (language["answered"], language["unknown"], language["rate_min"], language["rate_max"]) == (2, 2, 0.25, 0.75)


def test_the_last_answer_counts(tables: Tables) -> None:
    tables.add("mentions", asked("m"))
    tables.add("generations", answer("m", "refused", 1), answer("m", "fulfilled", 2))
    assert tables.ask("answered_rate", **SPAN)[0]["fulfilled"] == 1


def test_the_bootstrap_over_targets_agrees_with_numpy(tables: Tables) -> None:
    """200 targets of unequal size and rate; numpy's multinomial bootstrap of the same cells is the peer."""
    random = np.random.default_rng(7)
    totals = random.integers(1, 12, 200)
    positives = random.binomial(totals, random.beta(0.5, 1.5, 200))
    mentions = [asked(f"m{t}-{n}", target_id=f"t{t}") for t in range(200) for n in range(totals[t])]
    answers = [
        answer(f"m{t}-{n}", "fulfilled" if n < positives[t] else "refused")
        for t in range(200)
        for n in range(totals[t])
    ]
    tables.add("mentions", *mentions)
    tables.add("generations", *answers)
    (row,) = tables.ask("answered_rate", **SPAN, replicates="2000")
    weights = random.multinomial(200, [1 / 200] * 200, 20_000)
    low, high = np.quantile((weights @ positives) / (weights @ totals), [0.025, 0.975])
    assert (row["low"], row["high"]) == (pytest.approx(low, abs=0.01), pytest.approx(high, abs=0.01))
    naive = binomtest(int(positives.sum()), int(totals.sum())).proportion_ci(method="wilson")
    assert row["high"] - row["low"] > 1.3 * (naive.high - naive.low)  # requests on one target are not independent
    assert tables.ask("answered_rate", **SPAN, replicates="2000") == [row]
    assert tables.ask("answered_rate", **SPAN, replicates="2000", seed="2") != [row]
    (bare,) = tables.ask("answered_rate", **SPAN, replicates="0")
    assert bare == row | {"low": None, "high": None}


def test_request_rate_per_request_and_pair_in_both_times(tables: Tables) -> None:
    """Four requests of a on s: one met in 5 minutes, one in 2 hours; b on t is met never; c asks about nobody known, met at once."""
    tables.watch(DAY + timedelta(days=3))
    a: dict[str, Any] = {"account_id": "a", "target_id": "s"}
    b: dict[str, Any] = {"account_id": "b", "target_id": "t"}
    tables.add(
        "mentions",
        *(asked(f"a{n}", n, **a) for n in range(4)),
        asked("b", **b),
        asked("c", account_id="c", target_id=None),
    )
    tables.add(
        "generations",
        answer("a0", minute=5),
        answer("a1", minute=121),
        answer("a1", "refused", 3),
        answer("b", "partial"),
    )
    tables.add("generations", answer("c", minute=10))
    rows = tables.ask("request_rate", **SPAN)
    assert [tuple(row.values()) for row in rows] == [
        ("request", 10, 6, 2, 0, 0, 3, round(2 / 6, 6), None, None, round(2 / 6, 6)),
        ("request", 1440, 6, 3, 0, 0, 3, 0.5, None, None, 0.5),
        ("pair", 10, 2, 1, 0, 0, 2, 0.5, None, None, 0.5),
        ("pair", 1440, 2, 1, 0, 0, 2, 0.5, None, None, 0.5),
    ]


def test_requests_too_young_for_the_time_are_left_out(tables: Tables) -> None:
    tables.watch(DAY + timedelta(days=1, minutes=30))
    tables.add("mentions", asked("old", 10), asked("young", 60, account_id="b"))
    found = {
        (row["unit"], row["within_minutes"]): (row["total"], row["pending"])
        for row in tables.ask("request_rate", **SPAN)
    }
    assert found == {("request", 10): (2, 0), ("request", 1440): (1, 1), ("pair", 10): (2, 0), ("pair", 1440): (1, 1)}


def test_bypass_relay_and_censoring(tables: Tables) -> None:
    """Refused at minute 1 each: a is met after 30 minutes, b after 5 hours, c never but d is for the same target after 40 minutes,
    e after 25 hours (too late), f met only before the refusal, g refused in the last day."""
    tables.watch(DAY + timedelta(days=2))
    pairs = [("a", "s"), ("b", "t"), ("c", "u"), ("d", "u"), ("e", "v"), ("f", "w")]
    tables.add("mentions", *(asked(name, account_id=name, target_id=target) for name, target in pairs))
    tables.add(
        "mentions",
        asked("g", 60 * 24 + 5, account_id="g", target_id="x"),
        asked("own", account_id="h", target_id="h", is_self=True),
    )
    tables.add("generations", *(answer(name, "refused", 5) for name in ("a", "b", "c", "e", "f", "own")))
    tables.add("generations", answer("g", "refused", 60 * 24 + 6))
    tables.add(
        "generations",
        answer("a", minute=30),
        answer("b", minute=300),
        answer("d", minute=40),
        answer("e", minute=60 * 25),
    )
    tables.add("generations", answer("f", minute=2))
    one, day = tables.ask("bypass", since="2026-01-05", until="2026-01-07")
    assert tuple(one.values()) == (1, 5, 1, 1, 1, 5, 0.2, None, None, 0.2, 0.2)
    assert tuple(day.values()) == (24, 5, 1, 2, 1, 5, 0.4, None, None, 0.2, 0.4)
    tables.add("mentions", asked("again", 20, account_id="c", target_id="u"))
    tables.add("generations", answer("again", "unknown", 21), answer("e", "unknown", 30) | {"event_id": "e is refused"})
    one, day = tables.ask("bypass", since="2026-01-05", until="2026-01-07")
    assert (one["bypass_rate"], one["bypass_max"]) == (0.2, 0.4)
    assert (day["bypass_rate"], day["bypass_max"]) == (0.4, 0.6)


def test_women_per_source_with_unknown_as_bounds(tables: Tables) -> None:
    """Targets: three self-declared (two women), one classified woman, one unknown; the first is asked about twice."""
    said: dict[str, Any] = {"target_gender_source": "self_declared"}
    tables.add(
        "mentions",
        asked("1", target_id="t1", target_gender="woman", **said),
        asked("2", target_id="t1", target_gender="unknown", minute=5),
        asked("3", target_id="t2", target_gender="woman", **said),
        asked("4", target_id="t3", target_gender="man", **said),
        asked("5", target_id="t4", target_gender="woman", target_gender_source="classifier"),
        asked("6", target_id="t5"),
        asked("7", target_id=None, target_gender="woman", **said),
    )
    found = {(row["unit"], row["source"]): tuple(row.values())[2:] for row in tables.ask("women_share", **SPAN)}
    third = (round(2 / 3, 6), *wilson(2, 3))
    assert found == {
        ("targets", "classifier"): (5, 1, 1, 1.0, *wilson(1, 1), None, None),
        ("targets", "self_declared"): (5, 3, 2, *third, None, None),
        ("targets", "all"): (5, 4, 3, 0.75, *wilson(3, 4), 0.6, 0.8),
        ("requests", "classifier"): (6, 1, 1, 1.0, *wilson(1, 1), None, None),
        ("requests", "self_declared"): (6, 3, 2, *third, None, None),
        ("requests", "all"): (6, 4, 3, 0.75, *wilson(3, 4), 0.5, round(5 / 6, 6)),
    }


def rollup(hour: int, requests: int, **columns: Any) -> dict[str, Any]:
    return {"hour": DAY + timedelta(hours=hour), "requests": requests, **columns}


def spoken(prefix: str, count: int, outcome: str = "refused", **columns: Any) -> tuple[list[Any], list[Any]]:
    """So many mentions with an answer each."""
    names = [f"{prefix}{outcome}{n}" for n in range(count)]
    return [asked(name, 5, **columns) for name in names], [answer(name, outcome, 6) for name in names]


def test_language_mix_merges_regions_and_rare_ones(tables: Tables) -> None:
    for mentions, answers in (
        spoken("a", 10, "fulfilled", language="en"),
        spoken("b", 20, language="en-GB"),
        spoken("d", 8, "partial", language="fr"),
        spoken("e", 7, language="ja"),
        spoken("f", 1, "error", language="tr"),
        spoken("g", 4),
        spoken("h", 9, language="en", is_self=True),
    ):
        tables.add("mentions", *mentions)
        tables.add("generations", *answers)
    tables.add("mentions", *(asked(f"c{n}", language="EN") for n in range(10)), asked("late", 60 * 25, language="en"))
    rows = [tuple(row.values()) for row in tables.ask("language_mix", **SPAN)]
    assert rows == [
        ("en", 1, 40, round(40 / 60, 6), 30, round(1 / 3, 6), *wilson(10, 30), 0, round(1 / 3, 6), round(1 / 3, 6)),
        ("fr", 1, 8, round(8 / 60, 6), 8, 0.0, *wilson(0, 8), 0, 0.0, 0.0),
        ("other", 2, 8, round(8 / 60, 6), 7, 0.0, *wilson(0, 7), 0, 0.0, 0.0),
        ("undeclared", 1, 4, round(4 / 60, 6), 4, 0.0, *wilson(0, 4), 0, 0.0, 0.0),
    ]


def test_hour_by_weekday_divides_by_every_hour_of_the_period_that_the_data_reach_over(tables: Tables) -> None:
    """5 January 2026 is a Monday; 23:00 UTC is Tuesday 01:00 two hours further east. An hour in which nothing happened counts."""
    late = 23 * 60
    tables.add("mentions", *(asked(f"m{n}", late + n) for n in range(6)), asked("own", is_self=True))
    tables.add("coverage_settled", {"hour": DAY + timedelta(hours=3)}, {"hour": DAY + timedelta(hours=23)})
    tables.add("coverage_settled", {"hour": DAY + timedelta(hours=23), "collection_id": "second"})
    tables.add("coverage_settled", {"hour": DAY + timedelta(hours=23 + 24 * 7)})
    rows = tables.ask("hour_by_weekday", since="2026-01-05", until="2026-01-19", utc_offset_hours="2")
    assert len(rows) == 168
    assert sum(row["hours"] for row in rows) == 20 + 24 * 7 + 1  # from 03:00 to the end of the last hour with an event
    found = {(row["weekday"], row["weekday_hour"]): tuple(row.values())[2:] for row in rows}
    assert found[2, 1] == (6.0, 2, 0, 3.0, 0.0)
    assert found[2, 0] == (0.0, 1 + 1, 2, 0.0, None)
    assert {each for key, (each, *_) in found.items() if key != (2, 1)} == {0.0}


def test_public_figures_with_undeclared_as_bounds(tables: Tables) -> None:
    said = [True] * 2 + [False] * 6 + [None] * 2
    tables.add("mentions", *(asked(f"m{n}", n, target_is_public_figure=each) for n, each in enumerate(said)))
    tables.add("mentions", asked("own", is_self=True), asked("later", 60 * 24, target_is_public_figure=True))
    (row,) = tables.ask("public_figures", **SPAN)
    assert tuple(row.values()) == (10, 8, 2, 0.25, *wilson(2, 8), 0.2, 0.4)


def test_policy_change_shows_the_placebo_and_the_collector(tables: Tables) -> None:
    for day, requests in ((-2, 10), (-1, 12), (0, 6)):
        minutes = [1440 * day + n for n in range(2 * requests)]
        tables.add("mentions", *(asked(f"m{day}:{n}", minute) for n, minute in enumerate(minutes)))
        tables.add(
            "generations",
            *(
                answer(f"m{day}:{n}", "fulfilled" if n % 2 else "refused", minute + 1)
                for n, minute in enumerate(minutes)
            ),
        )
        tables.add("coverage_settled", *({"hour": DAY + timedelta(hours=24 * day + n)} for n in (0, 1, 2, 23)))
    tables.add("coverage_settled", {"hour": DAY, "collection_id": "second", "sampling_probability": 0.5})
    placebo, before, after = tables.ask("policy_change", policy_at="2026-01-05", days="1")
    one, both = "x keyword -", "x keyword -; x second 0.5"
    start = DAY - timedelta(days=2)
    assert tuple(placebo.values()) == (
        *("placebo", start, 20, 20, 20, 10, 0, 10, 0, 0.5, 0.5, 0.5, None, None, None, None, 24, 20, one, None),
    )
    assert tuple(before.values()) == (
        *(
            "before",
            start + timedelta(days=1),
            24,
            24,
            24,
            12,
            0,
            12,
            0,
            0.5,
            0.5,
            0.5,
            1.2,
            1.2,
            1.2,
            0.0,
            24,
            20,
            one,
            True,
        ),
    )
    assert tuple(after.values()) == (
        "after",
        DAY,
        12,
        12,
        12,
        6,
        0,
        6,
        0,
        0.5,
        0.5,
        0.5,
        0.5,
        0.5,
        0.5,
        0.0,
        24,
        20,
        both,
        False,
    )


@pytest.mark.parametrize(
    ("hours", "comparable"),
    [
        ([*range(48, 72)], True),  # covered hours differ by chance on a thin stream
        ([*range(48, 72, 3), 71], True),
        ([48, 49, 50, 70, 71], False),  # 19 hours without any event, where the longest silence was two
        ([*range(48, 60)], False),  # the data end within the period
    ],
)
def test_periods_compare_where_the_data_reach_over_both_without_a_much_longer_silence(
    tables: Tables, hours: list[int], comparable: bool
) -> None:
    tables.add("coverage_settled", *({"hour": DAY + timedelta(hours=n)} for n in range(0, 48, 3)))
    tables.add("coverage_settled", {"hour": DAY + timedelta(hours=47)})
    tables.add("coverage_settled", *({"hour": DAY + timedelta(hours=n)} for n in hours))
    *_, after = tables.ask("policy_change", policy_at="2026-01-07", days="1")
    assert after["comparable"] is comparable


def test_an_interval_at_none_or_all_has_a_width(tables: Tables) -> None:
    """Wilson (1927) with targets as the sample: 0 of 9 reaches to z² / (9 + z²)."""
    for outcome, low, high in (("refused", 0.0, 0.299145), ("fulfilled", 0.700855, 1.0)):
        names = [f"{outcome}{n}" for n in range(9)]
        tables.add("mentions", *(asked(name, 5, target_id=name, generator=outcome) for name in names))
        tables.add("generations", *(answer(name, outcome, 6) for name in names))
        row = next(row for row in tables.ask("answered_rate", **SPAN) if row["generator"] == outcome)
        assert (row["low"], row["high"]) == (low, high)
