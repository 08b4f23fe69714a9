"""The world goes on after its history: the last regime in real time, with a planted surge now and then."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import numpy as np
import polars as pl

from veille.simulate.background import plain_requests
from veille.simulate.engine import SimulatedChunk, SimulationEngine
from veille.simulate.render import TIME
from veille.simulate.rhythm import from_ms
from veille.simulate.rows import DAY_MS, MINUTE_MS, Rows, ScenarioPeriod, empty, generator, to_ms
from veille.simulate.scenario import Scenario

_STEP_MS = 10 * MINUTE_MS
_MOST_DAYS = 366


def live(
    scenario: Scenario,
    start_at: datetime,
    *,
    slice_seconds: float = 1.0,
    pace: float = 1.0,
    surge_every_minutes: float | None = 30.0,
    first_surge_seconds: float = 60.0,
) -> Iterator[SimulatedChunk]:
    """Slices of events for a year from `start_at` on, empty ones too; the caller waits for the clock.

    The same accounts and targets as in history, asking as they did at its end. pace multiplies the rate of mentions.
    surge_every_minutes: mean time between planted surges of 25 to 60 requests within six minutes on a target that
    nobody has mentioned, the first after first_surge_seconds; None plants none. Equal arguments give equal events.
    """
    if start_at.tzinfo is None:
        raise ValueError("start_at needs a time zone")
    if slice_seconds <= 0 or pace <= 0:
        raise ValueError("slice_seconds and pace are above 0")
    purpose = f"live {start_at.isoformat()} {pace} {surge_every_minutes} {first_surge_seconds}"
    engine = SimulationEngine(scenario, live=purpose)
    engine.rate *= pace
    begin = to_ms(start_at.astimezone(UTC)) - engine.shift_ms
    width, since = timedelta(seconds=slice_seconds), from_ms(begin + engine.shift_ms)
    steps = [ScenarioPeriod(start, start + _STEP_MS) for start in range(begin, begin + _MOST_DAYS * DAY_MS, _STEP_MS)]
    bursts = _starting(_bursts(engine, begin, surge_every_minutes, first_surge_seconds), steps)
    for number, (period, planted) in enumerate(zip(steps, bursts, strict=True)):
        chunk = engine.step(period, planted, 6, begin // 1_000, number)
        while since < chunk.until:
            until = min(since + width, chunk.until)  # where the width does not divide a step its last slice is shorter
            yield _slice(chunk, since, until)
            since = until


def _slice(chunk: SimulatedChunk, since: datetime, until: datetime) -> SimulatedChunk:
    low, high = (pl.lit(moment).cast(TIME) for moment in (since, until))
    mentions, generations, moderations = (
        f.filter((pl.col("occurred_at") >= low) & (pl.col("occurred_at") < high))
        for f in (chunk.mentions, chunk.generations, chunk.moderations)
    )
    return SimulatedChunk(since=since, until=until, mentions=mentions, generations=generations, moderations=moderations)


def _bursts(
    engine: SimulationEngine, begin: int, every_minutes: float | None, first_seconds: float
) -> Iterator[tuple[int, Rows]]:
    """Planted surges in order of onset; each target is used once until the pool of unmentioned targets is through."""
    if every_minutes is None:
        return
    rng = generator(engine.scenario, 7, begin // 1_000)
    onset = begin + round(first_seconds * 1_000)
    for number in count():
        size = int(rng.integers(25, 61))
        rows = plain_requests(engine.world, size, rng, engine.scenario.regimes[-1].euphemisms)
        rows["at"] = onset + np.sort((rng.beta(1.1, 1.6, size) * 6 * MINUTE_MS).astype(np.int64))
        rows["target"] = engine.live_targets[number % len(engine.live_targets)]
        rows["parent"] = onset
        yield onset, rows
        onset += round(rng.exponential(every_minutes) * MINUTE_MS) + MINUTE_MS


def _starting(bursts: Iterator[tuple[int, Rows]], steps: Iterable[ScenarioPeriod]) -> Iterator[Rows]:
    """The bursts that start in each step; their later mentions are carried over by the engine."""
    onset, rows = next(bursts, (None, empty(0)))
    for period in steps:
        parts = [empty(0)]
        while onset is not None and onset < period.until:
            parts.append(rows)
            onset, rows = next(bursts, (None, empty(0)))
        yield np.concatenate(parts)
