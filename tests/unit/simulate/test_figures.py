"""The simulation stays near the published figures, and the documentation shows what it really gives."""

from pathlib import Path

import polars as pl
import pytest

from veille.simulate import Simulation
from veille.simulate.figures import markdown

pytestmark = pytest.mark.slow

DOCS = Path(__file__).parents[3] / "docs" / "simulator.md"


def test_the_documentation_shows_the_simulated_figures(published: pl.DataFrame) -> None:
    assert markdown(published) in DOCS.read_text(encoding="utf-8"), "print it anew: python -m veille.simulate.figures"


def test_the_total_is_the_scale(winter: Simulation, week: Simulation) -> None:
    assert len(winter.mentions) == pytest.approx(360_000, rel=0.02)
    assert len(week.mentions) == pytest.approx(20_000, rel=0.05)


# Bounds are 5 to 10 % around the published figure, wider where few events make it.
@pytest.mark.parametrize(
    ("figure", "low", "high"),
    [
        ("images a day before 31 December", 30, 36),
        ("images on the busiest day", 560, 630),
        ("images 31 December to 8 January", 4.2, 4.6),
        ("images 29 December to 8 January", 4.3, 4.8),
        ("sexualised, strictly (here: answers to sexualising requests)", 40, 45),
        ("sexualised, broadly (any swimwear)", 62, 68),
        ("images a mention, 25 December to 1 January", 0.37, 0.43),
        ("women among persons shown", 79, 83),
        ("public figures", 5, 8),
        ("minor suspected, of sexualised images", 0.5, 2),
        ("sexualising requests fulfilled, 2 January", 19, 22.5),
        ("… partly fulfilled", 6, 8),
        ("sexualising requests gone within 90 minutes", 50, 60),
        ("images with a suspected minor still up on 15 January", 25, 42),
        ("reply images on 10 January against 8 January", -95, -75),
    ],
)
def test_a_published_figure_is_met(published: pl.DataFrame, figure: str, low: float, high: float) -> None:
    simulated = published.filter(pl.col("figure") == figure)["simulated"][0]
    assert low <= float(simulated.split()[0]) <= high


def test_steps_come_at_the_policy_dates(winter: Simulation) -> None:
    hourly = winter.mentions.group_by(pl.col("occurred_at").dt.truncate("1h").alias("hour")).len().sort("hour")

    def around(hour: str, width: int = 12) -> float:
        at = pl.lit(hour).str.to_datetime(time_zone="UTC", time_unit="ms")
        before = hourly.filter(
            (pl.col("hour") >= at - pl.duration(hours=24)) & (pl.col("hour") < at - pl.duration(hours=24 - width))
        )
        after = hourly.filter((pl.col("hour") >= at) & (pl.col("hour") < at + pl.duration(hours=width)))
        return float(after["len"].sum()) / float(before["len"].sum())

    assert around("2025-12-31T13:00:00") > 5
    assert 0.5 < around("2026-01-09T05:00:00") < 0.75
    assert 0.6 < around("2026-01-15T02:00:00") < 0.85
    assert 0.7 < around("2026-01-25T02:00:00") < 1.4


def test_answers_change_at_the_paywall_by_plan_and_surface(winter: Simulation) -> None:
    replies = winter.generations.filter(pl.col("surface") == "reply")
    paywalled = pl.col("occurred_at") >= pl.lit("2026-01-09T06:00:00").str.to_datetime(time_zone="UTC", time_unit="ms")
    made = pl.col("outcome").is_in(["fulfilled", "partial"])
    rates = replies.group_by(paywalled.alias("after"), "plan").agg(rate=made.mean())
    rate = {(row["after"], row["plan"]): row["rate"] for row in rates.iter_rows(named=True)}
    assert rate[False, "free"] == pytest.approx(rate[False, "paid"], abs=0.05)
    assert rate[True, "free"] < 0.05
    assert rate[True, "paid"] > 0.2
    per_day = winter.generations.filter(made).group_by(paywalled.alias("after"), "surface").len()
    count = {(row["after"], row["surface"]): row["len"] for row in per_day.iter_rows(named=True)}
    assert count[True, "reply"] / 22.75 < 0.15 * count[False, "reply"] / 15.25
    assert count[True, "app"] / 22.75 > count[False, "app"] / 15.25


def test_euphemisms_grow_after_each_restriction(winter: Simulation) -> None:
    english = winter.mentions.filter((pl.col("request_class") == "sexualising") & (pl.col("language") == "en"))
    roundabout = pl.col("prompt").str.contains("leotard|sheer|latex|summer wear|thinner")
    day = pl.col("occurred_at").dt.date().cast(pl.String)
    periods = [("2025-12-25", "2025-12-31"), ("2026-01-10", "2026-01-14"), ("2026-01-16", "2026-01-31")]
    shares = [
        english.filter(day.is_between(pl.lit(period[0]), pl.lit(period[1]))).select(roundabout.mean()).item()
        for period in periods
    ]
    assert shares[0] < 0.15
    assert shares[0] < shares[1] < shares[2]


def test_activity_is_heavy_tailed(winter: Simulation) -> None:
    for column in ("account_id", "target_id"):
        counts = winter.mentions[column].drop_nulls().value_counts(sort=True)["count"]
        assert int(counts[: len(counts) // 10].sum()) > 0.35 * int(counts.sum())
        assert (counts == 1).mean() > 0.15  # type: ignore[operator]


def test_people_ask_about_themselves_too(winter: Simulation) -> None:
    own = winter.mentions.filter(pl.col("account_id") == pl.col("target_id"))
    assert 0.005 < len(own) / len(winter.mentions) < 0.03
    assert own["request_class"].n_unique() >= 2
