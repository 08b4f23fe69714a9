"""Targets that no single count shows as odd: an isolation forest over how each one is mentioned.

It ranks and never opens anything: an isolation score has no error rate.

>>> calm = {"rate": 1.0, "accounts": 0.9, "new_account_share": 0.1, "repeat_share": 0.1, "prompt_diversity": 0.8,
...         "night_share": 0.2, "answered_rate": 0.5}
>>> rows = [{"target_id": f"t{n}", **calm, "accounts": 0.8 + n / 200} for n in range(25)]
>>> odd = {"target_id": "odd", **calm, "accounts": 0.05}
>>> rank_odd_targets(pl.DataFrame([*rows, odd]), top=1).select("target_id", "rank", "top_feature").row(0)
('odd', 1, 'accounts')
"""

import numpy as np
import numpy.typing as npt
import polars as pl

from veille.detect.heavy import isolation_forest
from veille.events import ANSWERED

FEATURES = (
    "rate",
    "accounts",
    "new_account_share",
    "repeat_share",
    "prompt_diversity",
    "night_share",
    "answered_rate",
)


def target_features(events: pl.DataFrame, *, min_events: int = 5, new_days: int = 30) -> pl.DataFrame:
    """One row a target with at least `min_events` events: target_id, events and FEATURES.

    events  target_id, account_id, occurred_at; optional account_created_at, prompt, outcome (null = unanswered)
    rate              log10 of events a day over the target's own span (at least an hour)
    accounts          distinct accounts ÷ events
    new_account_share accounts created at most `new_days` before the event; null without account_created_at
    repeat_share      events by accounts that mentioned the target before
    prompt_diversity  distinct prompts ÷ events; null without prompt
    night_share       events between 00:00 and 06:00 UTC
    answered_rate     fulfilled ÷ (fulfilled + partial + refused); null without outcome or answers
    """
    days = (pl.col("occurred_at").max() - pl.col("occurred_at").min()).dt.total_seconds() / 86_400
    rate = (pl.len() / days.clip(lower_bound=1 / 24)).log10()
    return (
        events.group_by("target_id")
        .agg(
            pl.len().alias("events"),
            rate.alias("rate"),
            (pl.col("account_id").n_unique() / pl.len()).alias("accounts"),
            _new_share(events, new_days).alias("new_account_share"),
            (1 - pl.col("account_id").n_unique() / pl.len()).alias("repeat_share"),
            _or_null(events, "prompt", pl.col("prompt").n_unique() / pl.len()).alias("prompt_diversity"),
            (pl.col("occurred_at").dt.hour() < 6).mean().alias("night_share"),
            _answered(events).alias("answered_rate"),
        )
        .filter(pl.col("events") >= min_events)
        .sort("target_id")
    )


def rank_odd_targets(
    features: pl.DataFrame, *, top: int | None = None, seed: int = 0, trees: int = 100
) -> pl.DataFrame:
    """The `top` oddest targets (None: all): target_id, rank (1 = oddest), score (0-1, higher is odder), top_feature, and
    contribution_<feature> for each.

    A contribution is how much the score falls when that feature alone is set to its median. Unknown values count as
    the median; a feature that is unknown or constant everywhere contributes 0. Fewer than 20 targets: empty result,
    there is no crowd to be odd in. Isolation forest: Liu, Ting, Zhou 2008.
    """
    names = [f"contribution_{name}" for name in FEATURES]
    if len(features) < 20:
        kept = {"target_id": pl.String, "rank": pl.Int64, "score": pl.Float64, "top_feature": pl.String}
        return pl.DataFrame(schema=kept | dict.fromkeys(names, pl.Float64))
    values, median = _matrix(features)
    forest = isolation_forest()(n_estimators=trees, random_state=seed).fit(values)
    everyone = -forest.score_samples(values)
    oddest = np.lexsort((np.arange(len(everyone)), -everyone))[: top or len(everyone)]
    features, values, score = features[oddest], values[oddest], everyone[oddest]
    parts = np.zeros_like(values)
    for i in range(values.shape[1]):
        usual = values.copy()
        usual[:, i] = median[i]
        parts[:, i] = score + forest.score_samples(usual)
    out = pl.DataFrame({"target_id": features["target_id"], "score": score}).with_columns(
        pl.Series("top_feature", [FEATURES[i] for i in parts.argmax(axis=1)]),
        *(pl.Series(name, parts[:, i]) for i, name in enumerate(names)),
    )
    ranked = out.sort("score", "target_id", descending=[True, False]).with_row_index("rank", offset=1)
    return ranked.select("target_id", pl.col("rank").cast(pl.Int64), "score", "top_feature", *names)


def _matrix(features: pl.DataFrame) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    filled = features.select(
        pl.col(name).cast(pl.Float64).fill_null(pl.col(name).median()).fill_null(0.0) for name in FEATURES
    )
    values = filled.to_numpy().astype(np.float64)
    return values, np.median(values, axis=0)


def _or_null(events: pl.DataFrame, column: str, value: pl.Expr) -> pl.Expr:
    return value if column in events.columns else pl.lit(None, pl.Float64)


def _new_share(events: pl.DataFrame, new_days: int) -> pl.Expr:
    if "account_created_at" not in events.columns:
        return pl.lit(None, pl.Float64)
    age = pl.col("occurred_at") - pl.col("account_created_at")
    return (age <= pl.duration(days=new_days)).mean()


def _answered(events: pl.DataFrame) -> pl.Expr:
    if "outcome" not in events.columns:
        return pl.lit(None, pl.Float64)
    answers = pl.col("outcome").is_in(ANSWERED).sum()
    return pl.when(answers > 0).then((pl.col("outcome") == "fulfilled").sum() / answers)
