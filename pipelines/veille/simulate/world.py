"""Who there is: accounts and targets with their traits, by index. Built once from the seed."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from veille.simulate.assumptions import (
    ACCOUNT_SPREAD,
    GENDER_SOURCES,
    MARKETS,
    MENTIONS_PER_ACCOUNT,
    MENTIONS_PER_TARGET,
    NONBINARY_SHARE,
    PAYING_ACCOUNTS,
    TARGET_EXPONENT,
)
from veille.simulate.rows import DAY_MS, HOUR_MS, draw, generator, to_ms
from veille.simulate.scenario import Scenario, at

_ALPHABET = np.frombuffer(b"0123456789abcdefghijklmnopqrstuvwxyz", np.uint8)
_LETTERS = 6
NEVER = np.iinfo(np.int64).max
_WOMAN = 0
_SUSPENSIONS_FROM, _BATCH_SUSPENSION = at("2026-01-03T18:00"), at("2026-01-10T20:00")


def _handles(prefix: str, n: int, offset: int) -> pl.Series:
    """Handles such as user_k3f9a2: a permutation of all six-letter codes, so that neighbours look unrelated."""
    codes = (np.arange(n, dtype=np.uint64) * np.uint64(777_767_777) + np.uint64(offset)) % np.uint64(36**_LETTERS)
    digits = np.empty((n, _LETTERS), np.uint8)
    for place in range(_LETTERS):
        digits[:, place] = _ALPHABET[codes % np.uint64(36)]
        codes //= np.uint64(36)
    return prefix + pl.Series(digits.view(f"S{_LETTERS}").ravel().astype(f"U{_LETTERS}"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """Ordinary accounts first, grouped by market and plan; those from `ordinary` on are kept for what is planted."""

    handles: pl.Series
    ordinary: int
    market: np.ndarray
    paid: np.ndarray
    created_at: np.ndarray
    followers: np.ndarray
    suspended_at: np.ndarray
    cumulated: np.ndarray
    first: np.ndarray

    def pick(self, rng: np.random.Generator, market: np.ndarray, paid: np.ndarray) -> np.ndarray:
        """Accounts of these markets and plans, by their activity."""
        cell = market.astype(np.int64) * 2 + paid
        low, high = self.cumulated[self.first[cell]], self.cumulated[self.first[cell + 1]]
        chosen = np.searchsorted(self.cumulated, low + rng.random(len(cell)) * (high - low), side="right") - 1
        return np.asarray(np.minimum(chosen, self.ordinary - 1), np.int32)

    def anyone(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """n ordinary accounts by activity, any market."""
        return self.pick(rng, draw(rng, tuple(m.share for m in MARKETS), n), rng.random(n) < PAYING_ACCOUNTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """Ordinary targets first (women, then others; each with public figures at the head); later ones are kept for what is planted."""

    handles: pl.Series
    ordinary: int
    gender: np.ndarray
    gender_source: np.ndarray
    public_figure: np.ndarray
    minor: np.ndarray
    women: np.ndarray
    others: np.ndarray

    def pick(self, rng: np.random.Generator, woman: np.ndarray) -> np.ndarray:
        """Targets by the attention they get."""
        chosen = np.empty(len(woman), np.int32)
        for is_woman, cumulated, offset in ((True, self.women, 0), (False, self.others, len(self.women))):
            mask = woman == is_woman
            chosen[mask] = offset + np.searchsorted(cumulated, rng.random(mask.sum()), side="right")
        return np.minimum(chosen, self.ordinary - 1)


@dataclass(frozen=True, slots=True)
class World:
    accounts: Accounts
    targets: Targets


def build(scenario: Scenario, reserve_accounts: int, reserve_targets: int) -> World:
    """The world of a scenario, with room for planted accounts and targets."""
    return World(_accounts(scenario, reserve_accounts), _targets(scenario, reserve_targets))


def _accounts(scenario: Scenario, reserve: int) -> Accounts:
    rng = generator(scenario, 1)
    ordinary = max(2_000, scenario.scale // MENTIONS_PER_ACCOUNT)
    n, shares = ordinary + reserve, tuple(market.share for market in MARKETS)
    market, paid = draw(rng, shares, n).astype(np.int64), rng.random(n) < PAYING_ACCOUNTS
    market[: 2 * len(MARKETS)] = np.repeat(np.arange(len(MARKETS)), 2)  # no cell is empty, however small the world
    paid[: 2 * len(MARKETS)] = np.tile([False, True], len(MARKETS))
    order = np.argsort((market * 2 + paid)[:ordinary], kind="stable")
    market[:ordinary], paid[:ordinary] = market[order], paid[order]
    weight = rng.lognormal(0, ACCOUNT_SPREAD, ordinary)
    age_days = np.minimum(rng.lognormal(np.log(900), 1.1, n), 6_400)
    age_days[ordinary:] *= np.where(rng.random(reserve) < 0.5, 0.02, 1.0)  # half of the planted ones are young
    return Accounts(
        handles=_handles("user_", n, 12_345 + scenario.seed * 7_919),
        ordinary=ordinary,
        market=market,
        paid=paid,
        created_at=to_ms(scenario.start) - (age_days * DAY_MS).astype(np.int64),
        followers=np.minimum(rng.lognormal(np.log(140), 1.9, n), 5e6).astype(np.int64),
        suspended_at=_suspensions(scenario, rng, weight, market, n),
        cumulated=np.concatenate([[0.0], np.cumsum(weight)]),
        first=np.searchsorted((market * 2 + paid)[:ordinary], np.arange(2 * len(MARKETS) + 1)),
    )


def _suspensions(
    scenario: Scenario, rng: np.random.Generator, weight: np.ndarray, market: np.ndarray, n: int
) -> np.ndarray:
    """0.25 % of ordinary accounts, the active ones rather; in India a batch on 10 January (PTI: over 600 on all of X)."""
    until, begin = to_ms(scenario.end), max(to_ms(_SUSPENSIONS_FROM), to_ms(scenario.start))
    suspended = np.full(n, NEVER)
    chance = np.minimum(0.0025 * weight / weight.mean(), 0.25)
    hit = np.flatnonzero(rng.random(len(weight)) < chance)
    suspended[hit] = begin + (rng.beta(1.0, 1.6, len(hit)) * (until - begin)).astype(np.int64)
    batch = to_ms(_BATCH_SUSPENSION)
    if to_ms(scenario.start) < batch < until:
        indian = hit[np.isin(market[hit], [i for i, m in enumerate(MARKETS) if m.jurisdiction == "IN"])]
        suspended[indian] = batch + rng.integers(0, 12 * HOUR_MS, len(indian))
    return suspended


def _targets(scenario: Scenario, reserve: int) -> Targets:
    rng = generator(scenario, 2)
    ordinary = max(1_000, scenario.scale // MENTIONS_PER_TARGET)
    women, n = int(ordinary * 0.78), ordinary + reserve
    gender = np.where(rng.random(n) < NONBINARY_SHARE / 0.22, 2, 1).astype(np.int8)
    gender[:women] = gender[ordinary:] = _WOMAN
    figures = max(6, min(350, round(350 * (scenario.scale / 2e6) ** 0.5)))
    public = np.zeros(n, bool)
    public[: figures * 3 // 4] = public[women : women + figures // 4] = True
    weights = [
        _attention(rng, scenario, block, public[start : start + block])
        for start, block in ((0, women), (women, ordinary - women))
    ]
    return Targets(
        handles=_handles("creator_", n, 54_321 + scenario.seed * 104_729),
        ordinary=ordinary,
        gender=gender,
        gender_source=draw(rng, tuple(share for _, share in GENDER_SOURCES), n),
        public_figure=public,
        minor=(rng.random(n) < scenario.minor_share) & ~public & (np.arange(n) < ordinary),
        women=weights[0],
        others=weights[1],
    )


def _attention(rng: np.random.Generator, scenario: Scenario, n: int, public: np.ndarray) -> np.ndarray:
    """Cumulated shares: public figures together get their published share, the others a Zipf law without a fixed order."""
    share = np.empty(n)
    for group, total in ((public, scenario.public_figure_share), (~public, 1 - scenario.public_figure_share)):
        zipf = (np.arange(1, group.sum() + 1) + 20.0) ** -TARGET_EXPONENT
        share[group] = total * rng.permutation(zipf) / zipf.sum()
    return np.asarray(np.cumsum(share) / share.sum())
