"""Few rows in, exact rows out: what generators made."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from scipy.stats import binomtest

from tests.unit.research.conftest import Tables

DAY = datetime(2026, 1, 5)
SPAN = {"since": "2026-01-05", "until": "2026-01-06"}


def wilson(positive: int, total: int) -> tuple[float, float]:
    found = binomtest(positive, total).proportion_ci(method="wilson")
    return found.low, found.high


def near(value: float) -> Any:
    return pytest.approx(value, abs=1e-6)


def made(number: int, sexualised: str, **columns: Any) -> dict[str, Any]:
    return {
        "event_id": f"g{number}",
        "occurred_at": DAY + timedelta(minutes=number),
        "sexualised": sexualised,
        "media_type": "image",
        **columns,
    }


def test_a_sample_as_large_as_the_population_is_the_population(tables: Tables) -> None:
    levels = ["none"] * 4 + ["suggestive"] * 3 + ["nudity", "explicit"] + ["unknown"]
    tables.add("generations", *(made(n, level) for n, level in enumerate(levels)))
    tables.add(
        "generations",
        made(20, "explicit", outcome="refused"),
        made(21, "explicit", media_type="video"),
        made(22, "explicit", occurred_at=DAY + timedelta(days=1)),
    )
    broad, strict = tables.ask("output_sample", **SPAN)
    low, high = wilson(5, 9)
    estimated = (6, round(10 * low), round(10 * high))
    assert tuple(broad.values()) == (
        "broad",
        10,
        10,
        9,
        5,
        round(5 / 9, 6),
        near(low),
        near(high),
        0.5,
        0.6,
        *estimated,
    )
    assert (strict["positive"], strict["share"], strict["share_min"], strict["share_max"]) == (
        2,
        round(2 / 9, 6),
        0.2,
        0.3,
    )


def test_the_same_seed_draws_the_same_sample_and_another_one_another(tables: Tables) -> None:
    tables.add("generations", *(made(n, "explicit" if n % 3 else "none") for n in range(400)))
    draws = [tables.ask("output_sample", **SPAN, sample="60", seed=seed)[0]["positive"] for seed in "aabcd"]
    assert draws[0] == draws[1]
    assert len(set(draws)) > 1
    assert all(28 <= positive <= 52 for positive in draws)  # 40 expected; P(outside) < 0.001 each


def test_output_24h_counts_by_level_and_divides_by_the_hours_that_the_data_reach_over(tables: Tables) -> None:
    def image(n: int, hour: float, sexualised: str, **columns: Any) -> dict[str, Any]:
        at = DAY + timedelta(hours=hour)
        row = {"event_id": f"g{n}", "occurred_at": at, "sexualised": sexualised, "media_type": "image"}
        return row | {"mention_id": None} | columns

    tables.add(
        "generations",
        *(image(n, 0.1 * n, "none") for n in range(40)),
        *(image(100 + n, 19.5, "suggestive") for n in range(20)),
        image(200, 1, "explicit", outcome="refused"),
        image(201, 24, "explicit"),
        image(202, 0, "nudity", media_type="video"),
    )
    tables.add(
        "coverage_settled", *({"hour": DAY + timedelta(hours=n), "event_type": "generation"} for n in (0, 4, 19))
    )
    found = {
        row["sexualised"]: tuple(row.values())[1:] for row in tables.ask("output_24h", since="2026-01-05T00:30:00")
    }
    assert found == {
        "all": (60, 60, 60, 20, 3.0),
        "none": (40, 40, 40, 20, 2.0),
        "suggestive": (20, 20, 20, 20, 1.0),
        "nudity": (0, 0, 0, 20, 0.0),
        "explicit": (0, 0, 0, 20, 0.0),
        "unknown": (0, 0, 0, 20, 0.0),
    }


def test_per_minute_names_both_denominators(tables: Tables) -> None:
    base = {"media_type": "image"}
    tables.add(
        "production_minute_settled",
        base | {"minute": DAY, "sexualised": "suggestive", "generations": 6},
        base | {"minute": DAY, "sexualised": "explicit", "generations": 2},
        base | {"minute": DAY + timedelta(minutes=1), "sexualised": "none", "generations": 4},
        base | {"minute": DAY + timedelta(minutes=3), "sexualised": "unknown", "generations": 3, "outcome": "refused"},
        base | {"minute": DAY + timedelta(minutes=10), "sexualised": "none", "generations": 9},
    )
    rows = tables.ask("output_per_minute", since="2026-01-05", until="2026-01-05T00:10:00")
    assert [tuple(row.values()) for row in rows] == [
        ("all", 12, 10, 3, 1.2, 4.0, 8),
        ("broad", 8, 10, 3, 0.8, round(8 / 3, 6), 8),
        ("strict", 2, 10, 3, 0.2, round(2 / 3, 6), 2),
    ]


def flagged(source: str | None, looked_at: int, flags: int | None, **columns: Any) -> dict[str, Any]:
    """A row of the counts by month: what is published of flags."""
    row = {"month": DAY.replace(day=1), "event_type": "image", "minor_suspected_source": source}
    return row | {"events": max(looked_at, 1), "looked_at": looked_at, "flagged": flags} | columns


def test_minor_flags_are_corrected_for_stated_errors(tables: Tables) -> None:
    """Rogan-Gladen by hand: (0.02 + 0.99 - 1) / (0.8 + 0.99 - 1) = 0.01 / 0.79."""
    tables.add(
        "minor_flags", flagged("classifier", 1000, 20), flagged(None, 0, 0), flagged("x", 9, 9, event_type="mention")
    )
    (row,) = tables.ask("minor_flags", **SPAN, sensitivity="0.8", specificity="0.99")
    low, high = wilson(20, 1000)
    assert tuple(row.values()) == (
        *("classifier", 1001, 1000, 20, 0.02, near(low), near(high)),
        *(round(0.01 / 0.79, 6), near((low - 0.01) / 0.79), near((high - 0.01) / 0.79), False),
    )


def test_minor_flags_are_cut_at_zero_and_silent_without_information(tables: Tables) -> None:
    tables.add("minor_flags", flagged("classifier", 1000, 9))
    (row,) = tables.ask("minor_flags", **SPAN, specificity="0.98")
    assert (row["corrected"], row["corrected_low"]) == (0.0, 0.0)
    (row,) = tables.ask("minor_flags", **SPAN, sensitivity="0.3", specificity="0.7")
    assert row["corrected"] is row["corrected_low"] is row["corrected_high"] is None


def test_withheld_minor_flags_withhold_their_source_and_none_is_said(tables: Tables) -> None:
    december = DAY.replace(year=2025, month=12, day=1)
    tables.add("minor_flags", flagged("classifier", 100, None), flagged("classifier", 100, 9, month=december))
    tables.add("minor_flags", flagged("provider", 100, 0))
    few, none = tables.ask("minor_flags", since="2025-12-01", until="2026-01-06")
    assert few["suppressed"]
    assert (
        few["flagged"] is few["share"] is few["low"] is few["high"] is few["corrected"] is few["corrected_high"] is None
    )
    assert (none["flagged"], none["share"], none["suppressed"]) == (0, 0.0, False)


def test_images_per_request_by_day(tables: Tables) -> None:
    image = {"media_type": "image"}
    tables.add(
        "requests_hour_settled",
        {"hour": DAY + timedelta(hours=3), "requests": 7},
        {"hour": DAY + timedelta(hours=9), "requests": 3, "request_class": "question"},
        {"hour": DAY, "requests": 9, "is_self": True},
    )
    tables.add(
        "production_hour_settled",
        image | {"hour": DAY, "generations": 4},
        image | {"hour": DAY, "generations": 5, "linked": False},
        image | {"hour": DAY + timedelta(days=1), "generations": 2},
        image | {"hour": DAY, "generations": 9, "outcome": "refused"},
    )
    rows = tables.ask("outputs_per_request", since="2026-01-05T10:00:00", until="2026-01-07")
    assert [tuple(row.values()) for row in rows] == [
        (DAY.date(), 10, 4, 5, 0.4, 0, 0),
        (DAY.date() + timedelta(days=1), 0, 2, 0, None, 0, 0),
    ]
