"""The plan under construction: rows with their origin, and reserved accounts and targets handed out once."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from veille.simulate.assumptions import MARKETS, SEXUALISING
from veille.simulate.prompts import kinds
from veille.simulate.rhythm import level, regime_at
from veille.simulate.rows import DAY_MS, HOUR_MS, NO_TARGET, Rows, ScenarioPeriod, draw, empty, to_ms
from veille.simulate.scenario import Scenario
from veille.simulate.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """One planted thing. source: attack, insistent or trap. planned: requests asked for (attacks on targets without history)."""

    source: str
    identity: str
    kind: str
    group: str | None = None
    planned: int = 0
    follows: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedMember:
    """An account belongs to a group from `since` until `until` (scenario time, milliseconds)."""

    group: str
    kind: str
    account: int
    since: int
    until: int


@dataclass(slots=True)
class PlantedMentions:
    """All planted mentions in time order; `origin` of a row is an index into `origins`."""

    rows: Rows
    origins: list[Origin]
    members: list[PlantedMember]


@dataclass(slots=True, kw_only=True)
class Planner:
    """Hands out reserved accounts and targets, gathers rows."""

    scenario: Scenario
    world: World
    rng: np.random.Generator
    parts: list[Rows] = field(default_factory=list)
    origins: list[Origin] = field(default_factory=list)
    members: list[PlantedMember] = field(default_factory=list)
    accounts_used: int = 0
    targets_used: int = 0
    posts_used: int = 0

    @property
    def period(self) -> ScenarioPeriod:
        return ScenarioPeriod(to_ms(self.scenario.start), to_ms(self.scenario.end))

    def moment(self, span: int = 0) -> int:
        """A random start that leaves room for `span` before the end and for some history before it.

        Busier times get more (by the square root of the curve), so that a quiet week is not drowned in what is planted.
        """
        whole = self.period.until - self.period.since
        early = self.period.since + min(2 * DAY_MS, whole // 6)
        hours = np.arange(early, max(early + 1, self.period.until - span - DAY_MS // 4), HOUR_MS)
        weight = np.sqrt(level(self.scenario, hours))
        hour = int(self.rng.choice(hours, p=weight / weight.sum()))
        return hour + int(self.rng.integers(0, HOUR_MS))

    def number(self, low: int, high: int) -> int:
        """A whole number from low to high, both possible."""
        return int(self.rng.integers(low, high + 1))

    def new_target(self) -> int:
        """A woman whom nobody has mentioned."""
        self.targets_used += 1
        return self.world.targets.ordinary + self.targets_used - 1

    def known_target(self) -> int:
        """A woman with some history: by attention."""
        return int(self.world.targets.pick(self.rng, np.array([True]))[0])

    def public_figures(self, n: int) -> np.ndarray:
        return self.rng.choice(np.flatnonzero(self.world.targets.public_figure), n, replace=False)

    def new_accounts(self, n: int, market: int | None = None) -> np.ndarray:
        """Reserved accounts, of one market or of any."""
        first = self.world.accounts.ordinary + self.accounts_used
        self.accounts_used += n
        chosen = np.arange(first, first + n)
        if market is not None:
            self.world.accounts.market[chosen] = market
        return chosen

    def crowd(self, n: int, new_share: float) -> np.ndarray:
        """n distinct accounts that have nothing to do with each other, some of them seen here for the first time."""
        ordinary = np.unique(self.world.accounts.anyone(self.rng, 3 * n + 20))
        known = self.rng.permutation(ordinary)[: n - int(self.rng.binomial(n, new_share))]
        return self.rng.permutation(np.concatenate([known, self.new_accounts(n - len(known))]))

    def squad(self, n: int) -> np.ndarray:
        """n accounts of one market, about half of them otherwise ordinary."""
        market = int(draw(self.rng, tuple(m.share for m in MARKETS), 1)[0])
        pick = self.world.accounts.pick(self.rng, np.full(8 * n, market), np.zeros(8 * n, bool))
        ordinary = np.unique(pick)
        ordinary = self.rng.permutation(ordinary)[: min(n // 2, len(ordinary))]
        return self.rng.permutation(np.concatenate([ordinary, self.new_accounts(n - len(ordinary), market)]))

    def post(self) -> int:
        """Number of a new post of a target."""
        self.posts_used += 1
        return self.posts_used

    def add(self, origin: Origin | None, at: np.ndarray, account: np.ndarray, target: np.ndarray | int, *,
            classes: Sequence[float] = (1.0,), parent: np.ndarray | int | None = None) -> Rows:  # fmt: skip
        """Mentions of one origin (None: aftermath that belongs to nothing); returns them so that details can be set."""
        rows = empty(len(at))
        rows["at"], rows["account"], rows["target"] = (
            np.clip(at, self.period.since, self.period.until - 1),
            account,
            target,
        )
        rows["cls"] = draw(self.rng, tuple(classes), len(at))
        euphemisms = regime_at(self.scenario, int(at[0])).euphemisms if len(at) else 0.0
        rows["kind"] = kinds(rows["cls"], euphemisms, self.rng)
        rows["variant"] = self.rng.integers(0, 1 << 20, len(at))
        rows["parent"] = self.post() if parent is None else parent
        rows["parent"][rows["target"] == NO_TARGET] = -1
        if origin is not None:
            rows["origin"] = len(self.origins)
            self.origins.append(origin)
        self.parts.append(rows)
        return rows

    def say_alike(self, rows: Rows, phrase: int) -> None:
        """All requests of one group use one or two phrases of one kind."""
        asked = rows["cls"] == SEXUALISING
        rows["kind"][asked] = phrase % 3 * 4 % 7  # swimwear, pose or further: see phrases.KINDS
        rows["variant"][asked] = phrase + self.rng.integers(0, 2, int(asked.sum()))

    def finish(self) -> PlantedMentions:
        """The plan in time order. Nobody who is planted is suspended before the last planted act."""
        rows = np.concatenate(self.parts) if self.parts else empty(0)
        rows = rows[np.argsort(rows["at"], kind="stable")]
        suspended = self.world.accounts.suspended_at
        suspended[np.unique(rows["account"][rows["at"] >= suspended[rows["account"]]])] = np.iinfo(np.int64).max
        return PlantedMentions(rows, self.origins, self.members)
