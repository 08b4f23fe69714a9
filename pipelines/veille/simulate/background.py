"""Mentions that nobody planned: small threads under posts, by the curve and the local day of each market."""

import numpy as np

from veille.simulate.assumptions import (
    MARKETS,
    NO_TARGET,
    SAME_IN_THREAD,
    SELF_REQUESTS,
    SEXUALISING,
    THREAD_ALONE,
    THREAD_CAP,
    THREAD_LAG_MINUTES,
    THREAD_TAIL,
    WOMEN_BY_CLASS,
)
from veille.simulate.prompts import kinds
from veille.simulate.rhythm import expected, hours, regime_at
from veille.simulate.rows import MINUTE_MS, SELF, Rows, ScenarioPeriod, draw, empty
from veille.simulate.rows import NO_TARGET as NOBODY
from veille.simulate.scenario import Scenario
from veille.simulate.world import World

_MARKET_SHARES = tuple(market.share for market in MARKETS)
_SIZES = np.concatenate(
    [[0.0, THREAD_ALONE], (1 - THREAD_ALONE) * THREAD_TAIL * (1 - THREAD_TAIL) ** np.arange(THREAD_CAP - 1)]
)
THREAD_MEAN = float((_SIZES * np.arange(len(_SIZES))).sum() / _SIZES.sum())


def background(scenario: Scenario, world: World, period: ScenarioPeriod, rate: float, rng: np.random.Generator) -> Rows:
    """Threads that start in the period; some of their mentions fall later. rate: simulated mentions a mention of the world."""
    slots = hours(period)
    counts = rng.poisson(expected(scenario, slots) * rate / THREAD_MEAN)
    parts = [
        _threads(scenario, world, slot, np.repeat(np.arange(len(MARKETS)), per_market), rng)
        for slot, per_market in zip(slots, counts, strict=True)
        if per_market.sum()
    ]
    return np.concatenate(parts) if parts else empty(0)


def _threads(
    scenario: Scenario, world: World, slot: ScenarioPeriod, market: np.ndarray, rng: np.random.Generator
) -> Rows:
    regime, n = regime_at(scenario, (slot.since + slot.until) // 2), len(market)
    start = rng.integers(slot.since, slot.until, n)
    cls = draw(rng, regime.class_mix, n)
    target = world.targets.pick(rng, rng.random(n) < np.array(WOMEN_BY_CLASS)[cls])
    size = draw(rng, _SIZES, n).astype(np.int64)
    which = np.repeat(np.arange(n), size)
    later = np.arange(len(which)) != np.repeat(np.cumsum(size) - size, size)
    rows = empty(len(which))
    fresh = later & (rng.random(len(which)) >= SAME_IN_THREAD)
    rows["cls"] = np.where(fresh, draw(rng, regime.class_mix, len(which)), cls[which])
    place = np.where(fresh, draw(rng, _MARKET_SHARES, len(which)), market[which])
    rows["at"] = start[which] + later * (rng.exponential(THREAD_LAG_MINUTES * MINUTE_MS, len(which))).astype(np.int64)
    rows["account"] = world.accounts.pick(rng, place, rng.random(len(which)) < regime.paid_share)
    rows["target"] = target[which]
    rows["parent"] = start[which] * 1_000 + which % 1_000
    _self_and_nobody(rows, later, rng)
    rows["kind"] = kinds(rows["cls"], regime.euphemisms, rng)
    rows["variant"] = rng.integers(0, 1 << 20, len(rows))
    kept: Rows = rows[rows["at"] < world.accounts.suspended_at[rows["account"]]]
    return kept


def _self_and_nobody(rows: Rows, later: np.ndarray, rng: np.random.Generator) -> None:
    """Some ask about their own picture, some about nobody's post."""
    luck = rng.random(len(rows))
    nobody = ~later & (luck < np.array(NO_TARGET)[rows["cls"]])
    self_request = ~later & (luck > 1 - np.array(SELF_REQUESTS)[rows["cls"]])
    rows["target"][nobody] = NOBODY
    rows["parent"][nobody] = -1
    rows["target"][self_request] = SELF


def plain_requests(world: World, n: int, rng: np.random.Generator, euphemisms: float) -> Rows:
    """n sexualising requests by anyone; the caller sets times and targets."""
    rows = empty(n)
    rows["account"] = world.accounts.anyone(rng, n)
    rows["cls"] = SEXUALISING
    rows["kind"] = kinds(rows["cls"], euphemisms, rng)
    rows["variant"] = rng.integers(0, 1 << 20, n)
    return rows
