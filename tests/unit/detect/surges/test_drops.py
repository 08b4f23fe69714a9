"""Silence of one series, of the feed, and of a collection are three different things."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from veille.detect.surges.drops import find_drops

UNTIL = datetime(2026, 1, 15, 12, tzinfo=UTC)


def counts(silent: set[str], keys: tuple[str, ...] = ("a", "b", "c"), mean: float = 8.0) -> pl.DataFrame:
    rng = np.random.default_rng(0)
    rows = []
    for i in range(12 * 24 * 10):
        at = UNTIL - timedelta(minutes=5 * (i + 1))
        rows += [(k, at, int(rng.poisson(mean))) for k in keys if not (k in silent and i < 12)]
    return pl.DataFrame(
        rows, schema={"series_key": pl.String, "at": pl.Datetime("us", "UTC"), "events": pl.Int64}, orient="row"
    )


def coverage(stopped: bool) -> pl.DataFrame:
    rows = [
        (c, UNTIL - timedelta(minutes=5 * (i + 1)), 1.0)
        for i in range(300)
        for c in "xy"
        if not (stopped and c == "y" and i < 12)
    ]
    return pl.DataFrame(
        rows,
        schema={"collection_id": pl.String, "at": pl.Datetime("us", "UTC"), "sampling_probability": pl.Float64},
        orient="row",
    )


def test_one_silent_series_is_a_drop() -> None:
    found = find_drops(counts({"a"}), UNTIL, coverage(stopped=False))
    assert found.select("series_key", "cause", "observed").rows() == [("a", "drop", 0)]
    assert found["expected"][0] > found["low"][0] > 0
    assert found["q_value"][0] < 0.01


def test_everything_silent_is_a_dead_feed_and_not_many_drops() -> None:
    found = find_drops(counts({"a", "b", "c"}), UNTIL)
    assert found.select("series_key", "cause").rows() == [(None, "dead_feed")]


def test_a_collection_that_stopped_is_named_as_the_cause() -> None:
    found = find_drops(counts({"a"}), UNTIL, coverage(stopped=True))
    assert found["cause"].to_list() == ["coverage"]


def test_nothing_dropped_and_too_little_volume_say_nothing() -> None:
    assert find_drops(counts(set()), UNTIL).is_empty()
    assert find_drops(counts({"a"}, mean=0.2), UNTIL).is_empty()
