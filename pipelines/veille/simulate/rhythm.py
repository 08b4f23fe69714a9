"""How many mentions are due in each hour and market: the curve, the local day, the week, blocks and noise."""

from datetime import UTC, datetime
from itertools import pairwise

import numpy as np

from veille.simulate.assumptions import BLOCKED_STAYS, HOURLY_NOISE, MARKETS, WEEKDAYS, hour_profile
from veille.simulate.rows import DAY_MS, HOUR_MS, ScenarioPeriod, generator, to_ms
from veille.simulate.scenario import Regime, Scenario, at

_THURSDAY = 3  # 1 January 1970
_BLOCKED_FROM = np.array([to_ms(at(m.blocked_from)) if m.blocked_from else np.iinfo(np.int64).max for m in MARKETS])
_OFFSETS = np.array([market.utc_offset for market in MARKETS])
_SHARES = np.array([market.share for market in MARKETS])


def level(scenario: Scenario, moment: np.ndarray) -> np.ndarray:
    """Mentions a day on the curve, in the world's own numbers. Beyond the last knot the last level stays."""
    knots = np.array([to_ms(knot.at) for knot in scenario.curve], float)
    knots += np.arange(len(knots)) * 1e-3  # of two knots at one time the later one holds from then on
    return np.asarray(np.interp(moment, knots, np.array([knot.mentions_per_day for knot in scenario.curve])))


def hours(period: ScenarioPeriod) -> list[ScenarioPeriod]:
    """The period cut at full hours."""
    cuts = np.arange(period.since // HOUR_MS + 1, -(-period.until // HOUR_MS)) * HOUR_MS
    edges = [period.since, *cuts.tolist(), period.until]
    return [ScenarioPeriod(since, until) for since, until in pairwise(edges)]


def expected(scenario: Scenario, slots: list[ScenarioPeriod]) -> np.ndarray:
    """Mentions due, slots x markets, in the world's own numbers."""
    middle = np.array([(slot.since + slot.until) / 2 for slot in slots])
    width = np.array([slot.until - slot.since for slot in slots])
    local = middle[:, None] + _OFFSETS * HOUR_MS
    weekday = np.array(WEEKDAYS)[((local // DAY_MS + _THURSDAY) % 7).astype(int)]
    rhythm = hour_profile((local % DAY_MS) / HOUR_MS) * weekday
    open_share = np.where(middle[:, None] >= _BLOCKED_FROM, BLOCKED_STAYS, 1.0)
    amount = level(scenario, middle) * width / DAY_MS * _noise(scenario, middle)
    return np.asarray(amount[:, None] * _SHARES * rhythm * open_share)


def _noise(scenario: Scenario, moment: np.ndarray) -> np.ndarray:
    """One factor an hour, the same whatever the slots."""
    hour = (moment // HOUR_MS).astype(int)
    days = {day: generator(scenario, 3, day).lognormal(0, HOURLY_NOISE, 24) for day in np.unique(hour // 24).tolist()}
    return np.array([days[h // 24][h % 24] for h in hour.tolist()])


def total(scenario: Scenario) -> float:
    """Mentions of the whole period, in the world's own numbers."""
    return float(expected(scenario, hours(ScenarioPeriod(to_ms(scenario.start), to_ms(scenario.end)))).sum())


def regime_of(scenario: Scenario, moment: np.ndarray) -> np.ndarray:
    """Index of the regime that holds at each moment."""
    since = np.array([to_ms(regime.since) for regime in scenario.regimes])
    return np.maximum(np.searchsorted(since, moment, side="right") - 1, 0)


def regime_at(scenario: Scenario, moment: int) -> Regime:
    return scenario.regimes[int(regime_of(scenario, np.array([moment]))[0])]


def from_ms(moment: int) -> datetime:
    return datetime.fromtimestamp(moment / 1000, UTC)
