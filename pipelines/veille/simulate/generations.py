"""Answers to mentions, and images made in the app, on the web, by the edit button or through the API."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from veille.simulate.answers import ERROR, OUTCOMES, PARTIAL, SILENT
from veille.simulate.assumptions import (
    ERRORS_RETRIED,
    SEXUALISED,
    SEXUALISED_OF_EDITS,
    SEXUALISED_OF_REQUESTED,
    SEXUALISED_UNLINKED,
    SEXUALISING,
    UNLINKED_ANSWERS,
    VIDEO_SHARE,
    VIEWS_KNOWN,
)
from veille.simulate.pictures import hashes
from veille.simulate.render import AGE_CLASSIFIER, GENERATOR, Columns, SimulatedNames, frame_of, only, words
from veille.simulate.rhythm import regime_at
from veille.simulate.rows import DAY_MS, HOUR_MS, Rows, ScenarioPeriod, draw
from veille.simulate.scenario import UNLINKED_SURFACES

_MODEL = "grok-image-simulated"
_PLANS, _PLAN_UNKNOWN = ("free", "paid", "unknown"), 0.08


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """Generations by index, arrays of one length; account and target are -1 where nobody is known."""

    at: np.ndarray
    number: np.ndarray
    outcome: np.ndarray
    account: np.ndarray
    target: np.ndarray
    sexualised: np.ndarray


def answers(
    names: SimulatedNames,
    rows: Rows,
    numbers: np.ndarray,
    outcome: np.ndarray,
    lag: np.ndarray,
    rng: np.random.Generator,
) -> tuple[pl.DataFrame, np.ndarray]:
    """Generations for the mentions that got a visible answer; half of the errors are followed by a second try.

    Returns the frame and, for each row of it, the index of its mention in `rows`.
    """
    visible = np.flatnonzero(outcome != SILENT)
    retried = visible[(outcome[visible] == ERROR) & (rng.random(len(visible)) < ERRORS_RETRIED)]
    of = np.concatenate([visible, retried])
    second = np.arange(len(of)) >= len(visible)
    final = np.where(second, draw(rng, (0.55, 0.05, 0.4), len(of)), outcome[of])
    at = rows["at"][of] + lag[of] + second * 40_000
    number = numbers[of] * 2 + second
    chances = np.where(rows["cls"][of] == SEXUALISING, 0, 1)
    shown = np.where(chances == 0, draw(rng, SEXUALISED_OF_REQUESTED, len(of)), draw(rng, SEXUALISED_OF_EDITS, len(of)))
    made = _Made(
        at=at, number=number, outcome=final, account=rows["account"][of], target=rows["target"][of], sexualised=shown
    )
    frame = _frame(names, made, "g", rng)
    return frame.with_columns(
        names.numbered("m", numbers[of]).alias("mention_id"),
        names.targets(rows[of]).alias("target_id"),
        pl.lit("reply").alias("surface"),
        names.numbered("post_g", number).alias("post_id"),
    ), of


def unlinked(
    names: SimulatedNames, period: ScenarioPeriod, rate: float, first_number: int, rng: np.random.Generator
) -> pl.DataFrame:
    """Generations that follow no public mention. Apps and sites tell no target, the API tells nobody at all."""
    per_day = regime_at(names.scenario, (period.since + period.until) // 2).unlinked_per_day
    due = [per_day[surface] * rate * (period.until - period.since) / DAY_MS for surface in UNLINKED_SURFACES]
    surface = np.repeat(np.arange(len(due)), rng.poisson(due))
    n = len(surface)
    at = rng.integers(period.since, period.until, n)
    edit_button, tells_account = surface == 2, (surface != 3) & (rng.random(n) < 0.6)
    account = np.where(tells_account | edit_button, names.world.accounts.anyone(rng, n), -1)
    target = np.where(edit_button, names.world.targets.pick(rng, rng.random(n) < 0.85), -1)
    shown = draw(rng, SEXUALISED_UNLINKED, n)
    number = np.arange(first_number, first_number + n)
    made = _Made(
        at=at, number=number, outcome=draw(rng, UNLINKED_ANSWERS, n), account=account, target=target, sexualised=shown
    )
    frame = _frame(names, made, "u", rng)
    return frame.with_columns(
        only(names.world.targets.handles.gather(np.maximum(target, 0)), target >= 0).alias("target_id"),
        words(UNLINKED_SURFACES, surface).alias("surface"),
    )


def _frame(names: SimulatedNames, made: _Made, prefix: str, rng: np.random.Generator) -> pl.DataFrame:
    """All fields but those that depend on the surface; pictures only where one was made."""
    n, shown = len(made.at), made.outcome <= PARTIAL
    accounts = names.world.accounts
    paid = np.where(made.account >= 0, accounts.paid[np.maximum(made.account, 0)].astype(int), 2)
    milder = np.where(made.outcome == PARTIAL, np.minimum(made.sexualised, 1), made.sexualised)
    unknown = pl.lit(None, pl.String)
    columns: Columns = {
        "event_id": names.numbered(prefix, made.number),
        **names.common(made.at, made.account, rng),
        "outcome": words(OUTCOMES, made.outcome),
        "mention_id": unknown,
        "account_id": only(accounts.handles.gather(np.maximum(made.account, 0)), made.account >= 0),
        "target_id": unknown,
        "generator": pl.lit(GENERATOR),
        "model": pl.lit(_MODEL),
        "media_type": words(("image", "video"), np.where(shown, rng.random(n) < VIDEO_SHARE, -1)),
        "media_hash": hashes(made.number * 2 + (prefix == "u") + names.scenario.seed * 2**40, shown),
        "sexualised": words(SEXUALISED, np.where(shown, milder, -1)),
        **_flags(names, made.target, shown),
        "surface": unknown,
        "plan": words(_PLANS, np.where(rng.random(n) < _PLAN_UNKNOWN, 2, paid)),
        "post_id": unknown,
        **_views(names, made.at, shown, rng),
    }
    # views are read when the event is collected: such an event is collected then
    return frame_of(columns).with_columns(
        collected_at=pl.when(pl.col("views_at").is_not_null())
        .then(pl.max_horizontal("views_at", "collected_at"))
        .otherwise("collected_at")
    )


def _flags(names: SimulatedNames, target: np.ndarray, shown: np.ndarray) -> Columns:
    """Whether a minor is suspected in the image, where the person in it is known."""
    checked = shown & (target >= 0)
    return {
        "minor_suspected": only(pl.Series(names.world.targets.minor[np.maximum(target, 0)]), checked),
        "minor_suspected_source": only(pl.Series([AGE_CLASSIFIER]).gather(np.zeros(len(target), int)), checked),
    }


def _views(names: SimulatedNames, at: np.ndarray, shown: np.ndarray, rng: np.random.Generator) -> Columns:
    """How often some images were seen after some hours; heavy-tailed."""
    read_at = at + rng.integers(HOUR_MS, 24 * HOUR_MS, len(at))
    known = shown & (rng.random(len(at)) < VIEWS_KNOWN) & (read_at < names.end_ms)
    views = (rng.pareto(1.1, len(at)) * 60).clip(0, 3e6).astype(np.int64)
    return {"views": only(pl.Series(views), known), "views_at": only(names.time(read_at), known)}
