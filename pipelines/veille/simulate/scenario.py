"""What a scenario is: a period, a curve, regimes, policy dates and what is planted. Frozen; times are scenario time (UTC)."""

from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta

from veille.errors import VeilleError

UNLINKED_SURFACES = ("app", "web", "edit_button", "api")


class SimulationError(VeilleError):
    """A simulation cannot be made or written: one line with cause and cure."""


@dataclass(frozen=True, slots=True)
class PolicyEvent:
    """A dated act or announcement; `source` is who reported it."""

    at: datetime
    label: str
    source: str


@dataclass(frozen=True, slots=True)
class Knot:
    """Mentions a day at this moment, in the world's own numbers; straight lines between knots, two at one time are a step."""

    at: datetime
    mentions_per_day: float


@dataclass(frozen=True, slots=True)
class Answers:
    """Shares of requests that end fulfilled, partial, refused or in error; what is left gets no visible answer."""

    fulfilled: float
    partial: float
    refused: float
    error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTable:
    """Answers by what was asked for: sexualising in plain words or in euphemisms, other edits, questions, other."""

    plain: Answers
    euphemism: Answers
    other_edit: Answers
    question: Answers = Answers(0.0, 0.0, 0.0, 0.0)
    other: Answers = Answers(0.02, 0.0, 0.01, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Regime:
    """How people ask and how the generator answers from `since` until the next regime.

    class_mix: shares of sexualising, other_edit, question and other among mentions (sum 1).
    paid_share: mentions by paying accounts. euphemisms: share of sexualising requests in roundabout words.
    unlinked_per_day: generations that follow no public mention, by surface, in the world's own numbers.
    """

    since: datetime
    name: str
    class_mix: tuple[float, float, float, float]
    paid_share: float
    euphemisms: float
    free: AnswerTable
    paid: AnswerTable
    unlinked_per_day: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """How many of each known thing is planted at the default scale.

    sizes: requests of the surges on targets without history, each `per_size` times. The other numbers count attacks,
    accounts (insistent), groups (plain … slow) and organic traps (pile_ons … news).
    """

    sizes: tuple[int, ...] = (8, 12, 16, 20, 30, 50, 80, 120, 200)
    per_size: int = 8
    warm: int = 16
    copycat_share: float = 0.3
    insistent: int = 36
    plain: int = 8
    stealthy: int = 6
    swarm: int = 4
    rotating: int = 4
    slow: int = 4
    pile_ons: int = 12
    viral: int = 12
    fan_clubs: int = 6
    reply_all: int = 40
    news: int = 4

    def times(self, factor: float) -> "Planted":
        """All counts multiplied, at least one of what is there; shares and sizes stay."""
        kept = ("sizes", "copycat_share")
        counts = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in kept}
        scaled = {name: max(1, round(n * factor)) if n else 0 for name, n in counts.items()}
        return Planted(sizes=self.sizes, copycat_share=self.copycat_share, **scaled)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Everything that decides a simulation: equal scenarios give equal bytes.

    scale: mentions of the whole period (the curve is brought to this total); below natural_scale fewer things are
    planted. end_at: moves everything, the policy dates too, in whole seconds so that history ends then; None leaves
    the true dates. The shares are assumptions or published figures, listed in docs/simulator.md.
    """

    name: str
    version: int
    title: str
    start: datetime
    end: datetime
    curve: tuple[Knot, ...]
    regimes: tuple[Regime, ...]
    planted: Planted
    policy: tuple[PolicyEvent, ...] = ()
    global_surge: tuple[datetime, datetime] | None = None
    seed: int = 1
    scale: int = 360_000
    natural_scale: int = 360_000
    end_at: datetime | None = None
    sampling_probability: float = 1.0
    minor_share: float = 0.01
    public_figure_share: float = 0.06
    rewording_share: float = 0.10
    escalation_share: float = 0.18
    deleted_share: float = 0.56
    removed_request_share: float = 0.07

    def __post_init__(self) -> None:
        if not 10_000 <= self.scale <= 50_000_000:
            raise ValueError(f"scale is the number of mentions, 10,000 to 50,000,000; got {self.scale:,}")
        if self.seed < 0:
            raise ValueError("seed is a whole number from 0")
        if self.end_at is not None and self.end_at.tzinfo is None:
            raise ValueError("end_at needs a time zone, for example 2026-02-01T00:00:00Z")
        if not 0 < self.sampling_probability <= 1:
            raise ValueError("sampling_probability is above 0 and at most 1")

    @property
    def shift(self) -> timedelta:
        """What is added to scenario time, in whole seconds."""
        if self.end_at is None:
            return timedelta(0)
        return self.end_at.astimezone(UTC).replace(microsecond=0) - self.end

    @property
    def collection_id(self) -> str:
        return f"simulated:{self.name}@{self.version}"

    @property
    def days(self) -> float:
        return (self.end - self.start) / timedelta(days=1)


def at(text: str) -> datetime:
    """UTC time from ISO text, for tables of dates."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
