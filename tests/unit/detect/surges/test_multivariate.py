"""The forest ranks the odd target first and says why; it is repeatable."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from veille.detect.surges.multivariate import FEATURES, rank_odd_targets, target_features

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def events() -> pl.DataFrame:
    rng = np.random.default_rng(0)
    rows = [
        (f"t{t}", f"a{rng.integers(0, 500)}", NOON + timedelta(minutes=int(rng.integers(0, 600))))
        for t in range(60)
        for _ in range(20)
    ]
    rows += [("odd", "same", NOON + timedelta(hours=13, minutes=i)) for i in range(20)]
    return pl.DataFrame(
        rows,
        schema={"target_id": pl.String, "account_id": pl.String, "occurred_at": pl.Datetime("us", "UTC")},
        orient="row",
    )


def test_the_odd_target_comes_first_with_its_reason() -> None:
    ranked = rank_odd_targets(target_features(events()))
    first = ranked.row(0, named=True)
    assert first["target_id"] == "odd"
    assert first["rank"] == 1
    assert first["top_feature"] in {"accounts", "repeat_share", "night_share"}
    assert first["contribution_prompt_diversity"] == 0.0
    assert ranked.equals(rank_odd_targets(target_features(events()).reverse().sort("target_id")))
    assert set(FEATURES) == {c.removeprefix("contribution_") for c in ranked.columns if c.startswith("contribution_")}


def test_without_a_crowd_nobody_is_odd() -> None:
    few = target_features(events().filter(pl.col("target_id").is_in(["t1", "t2"])))
    assert rank_odd_targets(few).is_empty()
