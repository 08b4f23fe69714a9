"""The world in motion: one step a day of history (or ten minutes of the live stream), with what falls later carried over."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b

import numpy as np
import polars as pl

from veille.simulate import generations, moderation, render
from veille.simulate.answers import follow_ups, lags, outcomes
from veille.simulate.background import background
from veille.simulate.planted import PlantedMentions, plan, reserves
from veille.simulate.rhythm import from_ms, total
from veille.simulate.rows import HOUR_MS, Rows, ScenarioPeriod, empty, generator, to_ms
from veille.simulate.scenario import Scenario
from veille.simulate.world import NEVER, World, build

_FOLLOWED = 1.055  # mentions a background mention, with its follow-ups; measured, brings the total to the scale
_LIVE_TARGETS = 500  # targets that history never mentions, for the surges of a live stream
_STEP_HOURS = ((1_000_000, 24), (2_000_000, 12), (4_000_000, 6), (8_000_000, 3))
_EVENT_TYPES = ("mentions", "generations", "moderations")


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedChunk:
    """Events with since <= occurred_at < until (shifted time), each frame sorted by occurred_at."""

    since: datetime
    until: datetime
    mentions: pl.DataFrame
    generations: pl.DataFrame
    moderations: pl.DataFrame

    @property
    def events(self) -> int:
        return len(self.mentions) + len(self.generations) + len(self.moderations)


@dataclass(slots=True)
class SimulationHistory:
    """What the truth needs to know of all events: the labelled mentions, and when each target was first mentioned."""

    first_mention: np.ndarray
    labels: list[pl.DataFrame] = field(default_factory=list)
    minors: list[pl.DataFrame] = field(default_factory=list)
    world_surge: dict[str, int] = field(default_factory=lambda: {"requests": 0, "sexualising": 0})


class SimulationEngine:
    """Makes a scenario's events step by step.

    live: names a live stream, whose event ids are its own, and which keeps nothing for the truth; None is history.
    """

    def __init__(self, scenario: Scenario, *, live: str | None = None) -> None:
        counts = scenario.planted.times(min(1.0, scenario.scale / scenario.natural_scale))
        accounts, targets = reserves(counts)
        self.scenario, self._remembers = scenario, live is None
        self.world: World = build(scenario, accounts, targets + _LIVE_TARGETS)
        self.plan: PlantedMentions = plan(replace(scenario, planted=counts), self.world)
        self.live_targets = np.arange(-_LIVE_TARGETS, 0) + len(self.world.targets.handles)
        names = f"{scenario!r}{live or 'history'}".encode()
        self.shift_ms = round(scenario.shift.total_seconds()) * 1_000
        self.names = render.SimulatedNames(
            scenario=scenario, world=self.world, salt=blake2b(names, digest_size=5).hexdigest(), shift_ms=self.shift_ms,
            end_ms=to_ms(scenario.end) if live is None else 0,
        )  # fmt: skip
        self.rate = (scenario.scale - len(self.plan.rows)) / _FOLLOWED / total(scenario)
        self.seen = SimulationHistory(np.full(len(self.world.targets.handles), NEVER))
        self._later: Rows = empty(0)
        self._frames: dict[str, list[pl.DataFrame]] = {name: [] for name in _EVENT_TYPES}
        self._numbered = dict.fromkeys(("mention", "unlinked", "moderation"), 0)

    def step(self, period: ScenarioPeriod, planted: Rows, *stream: int) -> SimulatedChunk:
        """Events of one period; periods must follow each other. `stream` names the random stream of this step."""
        rng = generator(self.scenario, *stream)
        base = background(self.scenario, self.world, period, self.rate, rng)
        rows, outcome, lag = self._requests(np.concatenate([base, planted, self._later]), period, rng)
        numbers = self._take("mention", len(rows))
        mentions = render.mentions(self.names, rows, numbers, rng)
        if self._remembers:
            self._remember(rows, mentions)
        answers, of = generations.answers(self.names, rows, numbers, outcome, lag, rng)
        unlinked = generations.unlinked(self.names, period, self.rate, self._numbered["unlinked"], rng)
        self._take("unlinked", len(unlinked))
        acts = [
            moderation.about_requests(self.names, rows, numbers, rng),
            moderation.about_images(self.names, answers, rows["account"][of], rng),
            moderation.about_accounts(self.names, period, rng),
        ]
        return SimulatedChunk(
            since=from_ms(period.since + self.shift_ms), until=from_ms(period.until + self.shift_ms), mentions=mentions,
            generations=self._due("generations", pl.concat([answers, unlinked]), period),
            moderations=self._due("moderations", self._with_ids(pl.concat(acts)), period),
        )  # fmt: skip

    def _requests(
        self, rows: Rows, period: ScenarioPeriod, rng: np.random.Generator
    ) -> tuple[Rows, np.ndarray, np.ndarray]:
        """Rows of this period with their answers, follow-ups included; what is due later is kept for later steps."""
        self._later, done = rows[rows["at"] >= period.until], []
        rows = rows[rows["at"] < period.until]
        while len(rows):
            outcome, lag = outcomes(self.scenario, self.world, rows, rng), lags(len(rows), rng)
            done.append((rows, outcome, lag))
            new = follow_ups(self.scenario, rows, outcome, lag, rng)
            new = new[new["at"] < self.world.accounts.suspended_at[new["account"]]]
            self._later = np.concatenate([self._later, new[new["at"] >= period.until]])
            rows = new[new["at"] < period.until]
        if not done:
            return empty(0), np.empty(0, np.int8), np.empty(0, np.int64)
        rows, outcome, lag = (np.concatenate([part[i] for part in done]) for i in range(3))
        order = np.argsort(rows["at"], kind="stable")
        return rows[order], outcome[order], lag[order]

    def _take(self, what: str, n: int) -> np.ndarray:
        first = self._numbered[what]
        self._numbered[what] += n
        return np.arange(first, first + n)

    def _with_ids(self, acts: pl.DataFrame) -> pl.DataFrame:
        numbers = self._take("moderation", len(acts))
        report = pl.lit(f"report_{self.names.salt}_{numbers[0] if len(acts) else 0}_") + pl.col("report_id")
        return acts.with_columns(event_id=self.names.numbered("a", numbers), report_id=report)

    def _due(self, what: str, new: pl.DataFrame, period: ScenarioPeriod) -> pl.DataFrame:
        """What occurs in the period, in order; the rest waits."""
        end = pl.lit(from_ms(period.until + self.shift_ms)).cast(render.TIME)
        waiting = pl.concat([*self._frames[what], new])
        self._frames[what] = [waiting.filter(pl.col("occurred_at") >= end)]
        return waiting.filter(pl.col("occurred_at") < end).sort("occurred_at", maintain_order=True)

    def _remember(self, rows: Rows, mentions: pl.DataFrame) -> None:
        about = rows["target"] >= 0
        np.minimum.at(self.seen.first_mention, rows["target"][about], rows["at"][about])
        fields = ("event_id", "occurred_at", "account_id", "target_id", "request_class")
        labelled = rows["origin"] >= 0
        self.seen.labels.append(mentions.filter(labelled).select(*fields, origin=pl.Series(rows["origin"][labelled])))
        flagged = mentions["minor_suspected"].fill_null(False)
        self.seen.minors.append(mentions.filter(flagged).select("target_id", "occurred_at", "request_class"))
        if self.scenario.global_surge is not None:
            since, until = map(to_ms, self.scenario.global_surge)
            inside = (rows["at"] >= since) & (rows["at"] < until)
            self.seen.world_surge["requests"] += int(inside.sum())
            self.seen.world_surge["sexualising"] += int((inside & (rows["cls"] == 0)).sum())


def history(engine: SimulationEngine) -> Iterator[SimulatedChunk]:
    """The scenario from its start to its end: a day a step, less where a day would be large."""
    since, end = to_ms(engine.scenario.start), to_ms(engine.scenario.end)
    planted, width = engine.plan.rows, _step_ms(engine.scenario.scale)
    for number, start in enumerate(range(since, end, width)):
        period = ScenarioPeriod(start, min(start + width, end))
        yield engine.step(period, planted[period.holds(planted["at"])], 5, number)


def _step_ms(scale: int) -> int:
    """So that a step's frames stay within some hundred megabytes."""
    hours = next((hours for most, hours in _STEP_HOURS if scale <= most), 1)
    return hours * HOUR_MS
